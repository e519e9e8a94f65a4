// The workloads of the step programs as loops in C: workloads FOLDER NAME WARM_UP TIMED CLOCK. Reads FOLDER/settings and
// FOLDER/*.in, times the work, writes FOLDER/*.out and prints times and types as JSON.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *folder;

static char *path(const char *name, const char *ending) {
  static char buffer[4096];
  snprintf(buffer, sizeof buffer, "%s/%s%s", folder, name, ending);
  return buffer;
}

static void *input(const char *name) {
  FILE *file = fopen(path(name, ".in"), "rb");
  if (!file) exit(2);
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file);
  rewind(file);
  void *data = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (fread(data, 1, bytes, file) != (size_t)bytes) exit(2);
  fclose(file);
  return data;
}

static double setting(const char *name) {
  FILE *file = fopen(path("settings", ""), "r");
  char key[256];
  double value;
  while (fscanf(file, "%255s %lf", key, &value) == 2)
    if (!strcmp(key, name)) return fclose(file), value;
  exit(2);
}

static struct { const char *name, *type; void *data; size_t bytes; } outputs[16];
static int output_count;

static void output(const char *name, const char *type, void *data, size_t bytes) {
  outputs[output_count].name = name;
  outputs[output_count].type = type;
  outputs[output_count].data = data;
  outputs[output_count++].bytes = bytes;
}

static void *zeros(size_t bytes) {
  void *data = aligned_alloc(64, (bytes + 127) / 64 * 64);
  memset(data, 0, bytes);
  return data;
}

typedef struct { uint32_t *offsets; int32_t *units; double *counts; size_t room; } Events;

static Events events(size_t rows) {
  Events list = {zeros(4 * (rows + 1)), malloc(4 << 16), malloc(8 << 16), 1 << 16};
  return list;
}

static inline void make_room(Events *list, size_t length, size_t more) {
  if (length + more <= list->room) return;
  list->room = 2 * (length + more);
  list->units = realloc(list->units, 4 * list->room);
  list->counts = realloc(list->counts, 8 * list->room);
}

// A sum of rows, eight in a pass; the order of the sums stays.
static void add_rows_f32(float *restrict to, const float *restrict w, const int32_t *active, int count, int n) {
  int a = 0;
  for (; a + 8 <= count; a += 8) {
    const float *r0 = w + (size_t)active[a] * n, *r1 = w + (size_t)active[a + 1] * n;
    const float *r2 = w + (size_t)active[a + 2] * n, *r3 = w + (size_t)active[a + 3] * n;
    const float *r4 = w + (size_t)active[a + 4] * n, *r5 = w + (size_t)active[a + 5] * n;
    const float *r6 = w + (size_t)active[a + 6] * n, *r7 = w + (size_t)active[a + 7] * n;
    for (int j = 0; j < n; j++)
      to[j] = (((((((to[j] + r0[j]) + r1[j]) + r2[j]) + r3[j]) + r4[j]) + r5[j]) + r6[j]) + r7[j];
  }
  for (; a < count; a++) {
    const float *r = w + (size_t)active[a] * n;
    for (int j = 0; j < n; j++) to[j] += r[j];
  }
}

enum coupling { none, dense, sparse };

static void lif(enum coupling coupling) {
  static float *alpha, *beta, *threshold, *bias, *w, *current, *potential, *drive;
  static uint32_t *offsets;
  static int32_t *units, *active, *indptr, *indices;
  static Events out;
  static int n, steps;
  if (!alpha) {
    if (coupling == sparse) indptr = input("indptr"), indices = input("indices");
    n = setting("n"), steps = setting("steps");
    alpha = input("alpha"), beta = input("beta"), threshold = input("threshold"), bias = input("bias");
    w = input("weights"), offsets = input("offsets"), units = input("units");
    current = zeros(4 * n), potential = zeros(4 * n), drive = zeros(4 * n), active = zeros(4 * n);
    out = events(steps);
  }
  memset(current, 0, 4 * n), memset(potential, 0, 4 * n);
  size_t length = 0;
  int count = 0;
  uint8_t *fires = zeros(n);
  for (int t = 0; t < steps; t++) {
    memset(drive, 0, 4 * n);
    if (coupling == dense) add_rows_f32(drive, w, active, count, n);
    if (coupling == sparse)
      for (int a = 0; a < count; a++)
        for (int k = indptr[active[a]]; k < indptr[active[a] + 1]; k++) drive[indices[k]] += w[k];
    for (uint32_t e = offsets[t]; e < offsets[t + 1]; e++) drive[units[e]] = 1 + drive[units[e]];
    for (int i = 0; i < n; i++) {
      float c = (current[i] + drive[i]) * beta[i];
      float v = potential[i] * alpha[i] + c + bias[i];
      int fire = v > threshold[i];
      current[i] = c;
      potential[i] = fire ? v - threshold[i] : v;
      fires[i] = fire;
    }
    make_room(&out, length, n);
    count = 0;
    for (int i = 0; i < n; i += 8) {
      uint64_t eight;
      memcpy(&eight, fires + i, 8);
      if (!eight) continue;
      for (int k = i; k < i + 8; k++)
        if (fires[k]) active[count++] = k;
    }
    memcpy(out.units + length, active, 4 * count);
    length += count;
    out.offsets[t + 1] = length;
  }
  free(fires);
  output("offsets", "u32", out.offsets, 4 * (steps + 1));
  output("units", "i32", out.units, 4 * length);
  output("potential", "f32", potential, 4 * n);
  output("current", "f32", current, 4 * n);
}

static void lif_ff(void) { lif(none); }
static void lif_rec(void) { lif(dense); }
static void lif_rec_sparse(void) { lif(sparse); }

static void add_products_f32(float *restrict to, const float *restrict w, const int32_t *active, const float *x, int count, int n) {
  int a = 0;
  for (; a + 8 <= count; a += 8) {
    const int32_t *p = active + a;
    const float *r0 = w + (size_t)p[0] * n, *r1 = w + (size_t)p[1] * n, *r2 = w + (size_t)p[2] * n, *r3 = w + (size_t)p[3] * n;
    const float *r4 = w + (size_t)p[4] * n, *r5 = w + (size_t)p[5] * n, *r6 = w + (size_t)p[6] * n, *r7 = w + (size_t)p[7] * n;
    float x0 = x[p[0]], x1 = x[p[1]], x2 = x[p[2]], x3 = x[p[3]], x4 = x[p[4]], x5 = x[p[5]], x6 = x[p[6]], x7 = x[p[7]];
    for (int j = 0; j < n; j++)
      to[j] = (((((((to[j] + x0 * r0[j]) + x1 * r1[j]) + x2 * r2[j]) + x3 * r3[j]) + x4 * r4[j]) + x5 * r5[j]) + x6 * r6[j]) + x7 * r7[j];
  }
  for (; a < count; a++) {
    const float *r = w + (size_t)active[a] * n, factor = x[active[a]];
    for (int j = 0; j < n; j++) to[j] += factor * r[j];
  }
}

static void rate_rec(void) {
  static float *w, *bias, *lambda, *in, *x, *sums, *activity;
  static int32_t *active;
  static int n, steps;
  if (!w) {
    n = setting("n"), steps = setting("steps");
    w = input("weights"), bias = input("bias"), lambda = input("lambda"), in = input("input");
    x = zeros(4 * n), sums = zeros(4 * n), active = zeros(4 * n);
    activity = zeros((size_t)4 * n * steps);
  }
  memset(x, 0, 4 * n);
  for (int t = 0; t < steps; t++) {
    float *a = activity + (size_t)t * n, *row = in + (size_t)t * n;
    for (int i = 0; i < n; i++) {
      float sum = x[i] + bias[i];
      a[i] = sum < 0 ? 0 : sum;
    }
    int count = 0;
    for (int i = 0; i < n; i++) active[count] = i, count += a[i] != 0;
    memset(sums, 0, 4 * n);
    add_products_f32(sums, w, active, a, count, n);
    for (int i = 0; i < n; i++) x[i] = x[i] + ((row[i] - x[i]) + sums[i]) * lambda[i];
  }
  output("activity", "f32", activity, (size_t)4 * n * steps);
  output("x", "f32", x, 4 * n);
}

static void iaf_rec(void) {
  static float *w, *drive, *decay, *lambda, *start, *current, *potential, *wait, *sums;
  static int32_t *active;
  static Events out;
  static int n, steps;
  static float refractory;
  if (!w) {
    n = setting("n"), steps = setting("steps"), refractory = setting("refractory");
    w = input("weights"), drive = input("drive"), decay = input("decay"), lambda = input("lambda"), start = input("potential");
    current = zeros(4 * n), potential = zeros(4 * n), wait = zeros(4 * n), sums = zeros(4 * n), active = zeros(4 * n);
    out = events(steps);
  }
  memset(current, 0, 4 * n), memset(wait, 0, 4 * n), memcpy(potential, start, 4 * n);
  uint8_t *fires = zeros(n);
  size_t length = 0;
  int count = 0;
  for (int t = 0; t < steps; t++) {
    memset(sums, 0, 4 * n);
    add_rows_f32(sums, w, active, count, n);
    for (int i = 0; i < n; i++) {
      float c = current[i] * decay[i] + sums[i];
      float old = potential[i], waits = wait[i] > 0 ? 1 : 0;
      float moved = old + (c + drive[i] - old) * lambda[i];
      float v = wait[i] > 0 ? old : moved;
      float left = wait[i] - waits;
      int fire = v > 1;
      current[i] = c;
      potential[i] = fire ? 0 : v;
      wait[i] = fire ? refractory : left;
      fires[i] = fire;
    }
    make_room(&out, length, n);
    count = 0;
    for (int i = 0; i < n; i += 8) {
      uint64_t eight;
      memcpy(&eight, fires + i, 8);
      if (!eight) continue;
      for (int k = i; k < i + 8; k++)
        if (fires[k]) active[count++] = k;
    }
    memcpy(out.units + length, active, 4 * count);
    length += count;
    out.offsets[t + 1] = length;
  }
  free(fires);
  output("offsets", "u32", out.offsets, 4 * (steps + 1));
  output("units", "i32", out.units, 4 * length);
  output("potential", "f32", potential, 4 * n);
  output("current", "f32", current, 4 * n);
}

static void cuba(void) {
  static float *start, *v, *ge, *gi, *wait, *sum_e, *sum_i;
  static int32_t *indptr, *indices, *active;
  static Events out;
  static int n, steps, excitatory;
  static float rest, reset, threshold, refractory, lambda, decay_e, decay_i, jump_e, jump_i;
  if (!start) {
    n = setting("n"), steps = setting("steps"), excitatory = setting("excitatory");
    rest = setting("rest"), reset = setting("reset"), threshold = setting("threshold"), refractory = setting("refractory");
    lambda = setting("lambda"), decay_e = setting("decayE"), decay_i = setting("decayI");
    jump_e = setting("jumpE"), jump_i = setting("jumpI");
    start = input("v"), indptr = input("indptr"), indices = input("indices");
    v = zeros(4 * n), ge = zeros(4 * n), gi = zeros(4 * n), wait = zeros(4 * n), active = zeros(4 * n);
    sum_e = zeros(4 * n), sum_i = zeros(4 * n);
    out = events(steps);
  }
  memcpy(v, start, 4 * n), memset(ge, 0, 4 * n), memset(gi, 0, 4 * n), memset(wait, 0, 4 * n);
  uint8_t *fires = zeros(n);
  size_t length = 0;
  int count = 0;
  for (int t = 0; t < steps; t++) {
    memset(sum_e, 0, 4 * n), memset(sum_i, 0, 4 * n);
    for (int a = 0; a < count; a++) {
      int pre = active[a];
      float *sums = pre < excitatory ? sum_e : sum_i, jump = pre < excitatory ? jump_e : jump_i;
      for (int k = indptr[pre]; k < indptr[pre + 1]; k++) sums[indices[k]] += jump;
    }
    for (int i = 0; i < n; i++) {
      float e = ge[i] + sum_e[i], inhibition = gi[i] + sum_i[i];
      float old = v[i], waits = wait[i] > 0 ? 1 : 0;
      float moved = old + ((e + inhibition) - (old - rest)) * lambda;
      float now = wait[i] > 0 ? old : moved, left = wait[i] - waits;
      int fire = now > threshold;
      ge[i] = e * decay_e, gi[i] = inhibition * decay_i;
      v[i] = fire ? reset : now;
      wait[i] = fire ? refractory : left;
      fires[i] = fire;
    }
    make_room(&out, length, n);
    count = 0;
    for (int i = 0; i < n; i += 8) {
      uint64_t eight;
      memcpy(&eight, fires + i, 8);
      if (!eight) continue;
      for (int k = i; k < i + 8; k++)
        if (fires[k]) active[count++] = k;
    }
    memcpy(out.units + length, active, 4 * count);
    length += count;
    out.offsets[t + 1] = length;
  }
  free(fires);
  output("offsets", "u32", out.offsets, 4 * (steps + 1));
  output("units", "i32", out.units, 4 * length);
  output("v", "f32", v, 4 * n), output("ge", "f32", ge, 4 * n), output("gi", "f32", gi, 4 * n);
}

static void updown(void) {
  static double *in, *threshold, *decay, *tracked;
  static Events ups, downs;
  static int m, steps;
  if (!in) {
    m = setting("m"), steps = setting("steps");
    in = input("input"), threshold = input("threshold"), decay = input("decay"), tracked = zeros(8 * m);
    ups = events(steps), downs = events(steps);
  }
  memset(tracked, 0, 8 * m);
  double up[m], down[m];
  size_t up_length = 0, down_length = 0;
  for (int t = 0; t < steps; t++) {
    const double *x = in + (size_t)t * m;
    for (int i = 0; i < m; i++) {
      double now = tracked[i] * decay[i], d = threshold[i];
      double u = floor((x[i] - now) / d), l = floor((now - x[i]) / d);
      u = u < 0 ? 0 : u, l = l < 0 ? 0 : l;
      up[i] = u, down[i] = l;
      tracked[i] = now + d * u - d * l;
    }
    make_room(&ups, up_length, m), make_room(&downs, down_length, m);
    for (int i = 0; i < m; i++) {
      if (up[i] != 0) ups.units[up_length] = i, ups.counts[up_length++] = up[i];
      if (down[i] != 0) downs.units[down_length] = i, downs.counts[down_length++] = down[i];
    }
    ups.offsets[t + 1] = up_length, downs.offsets[t + 1] = down_length;
  }
  output("up_offsets", "u32", ups.offsets, 4 * (steps + 1)), output("down_offsets", "u32", downs.offsets, 4 * (steps + 1));
  output("ups", "i32", ups.units, 4 * up_length), output("downs", "i32", downs.units, 4 * down_length);
  output("up_counts", "f64", ups.counts, 8 * up_length), output("down_counts", "f64", downs.counts, 8 * down_length);
  output("tracked", "f64", tracked, 8 * m);
}

typedef struct {
  double *rest, *threshold, *reset, *bias, *tau_mem, *tau_fast, *tau_slow, *refractory, *jumps_fast, *jumps_slow, *in;
  double *v, *slow, *fast, *v_last, *slow_last, *fast_last, *waiting, dt;
} BackStep;

// One step of the solver; with the jumps that a spike made, or without.
static inline __attribute__((always_inline)) void flow(const BackStep *s, int n, const double *input, const double *restrict jump_slow, const double *restrict jump_fast, int jumps) {
  double *restrict v = s->v, *restrict slow = s->slow, *restrict fast = s->fast, *restrict waiting = s->waiting;
  double *restrict v_last = s->v_last, *restrict slow_last = s->slow_last, *restrict fast_last = s->fast_last;
  const double dt = s->dt;
  for (int i = 0; i < n; i++) {
    double js = jumps ? jump_slow[i] : 0, jf = jumps ? jump_fast[i] : 0;
    double new_slow = slow[i] + (-slow[i] / s->tau_slow[i] + js / dt) * dt;
    double new_fast = fast[i] + (-fast[i] / s->tau_fast[i] + jf / dt) * dt;
    double currents = s->rest[i] - v[i] + new_slow + new_fast + input[i] + s->bias[i];
    v_last[i] = v[i], slow_last[i] = slow[i] + js, fast_last[i] = fast[i] + jf;
    v[i] = v[i] + currents / s->tau_mem[i] * dt;
    slow[i] = new_slow, fast[i] = new_fast, waiting[i] -= dt;
  }
}

// Python's //, for positive numbers.
static double floor_div(double a, double b) {
  double quotient = (a - fmod(a, b)) / b, whole = floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

static void backtick(void) {
  static BackStep s;
  static Events out;
  static int n, steps;
  static double min_delta, t_end;
  if (!s.v) {
    n = setting("n"), steps = setting("steps"), s.dt = setting("dt"), min_delta = setting("minDelta"), t_end = setting("tEnd");
    s.rest = input("vRest"), s.threshold = input("vThresh"), s.reset = input("vReset"), s.bias = input("bias");
    s.tau_mem = input("tauMem"), s.tau_fast = input("tauFast"), s.tau_slow = input("tauSlow");
    s.refractory = input("refractory"), s.in = input("input");
    s.jumps_fast = input("jumpsFast"), s.jumps_slow = input("jumpsSlow");
    s.v = zeros(8 * n), s.slow = zeros(8 * n), s.fast = zeros(8 * n), s.waiting = zeros(8 * n);
    s.v_last = zeros(8 * n), s.slow_last = zeros(8 * n), s.fast_last = zeros(8 * n);
    out = events(steps);
  }
  memcpy(s.v, s.rest, 8 * n), memcpy(s.v_last, s.rest, 8 * n), memset(s.waiting, 0, 8 * n);
  memset(s.slow, 0, 8 * n), memset(s.fast, 0, 8 * n), memset(s.slow_last, 0, 8 * n), memset(s.fast_last, 0, 8 * n);
  double time = 0, last_time = 0, dt = s.dt;
  size_t length = 0;
  int firing = -1, fresh = 1;
  for (int row = 0; row < steps; row++) {
    while (fresh || (time < t_end && (floor_div(time, dt) <= row || row == steps - 1))) {
      if (!fresh) {
        const double *input = s.in + (size_t)row * n;
        if (firing < 0) flow(&s, n, input, 0, 0, 0);
        else flow(&s, n, input, s.jumps_slow + (size_t)firing * n, s.jumps_fast + (size_t)firing * n, 1);
        last_time = time, time += dt;
      }
      fresh = 0, firing = -1;
      if (time >= t_end) continue;
      long above = 0;
      for (int i = 0; i < n; i++) {
        s.v[i] = s.waiting[i] > 0 ? s.reset[i] : s.v[i];
        above += s.v[i] > s.threshold[i];
      }
      if (!above) continue;
      double least = INFINITY;
      for (int i = 0; i < n; i++) {
        if (!(s.v[i] > s.threshold[i])) continue;
        double crossing = (s.threshold[i] - s.v_last[i]) * dt / (s.v[i] - s.v_last[i]);
        if (crossing < least) least = crossing, firing = i;
      }
      double crossed = last_time + least, earliest = last_time + min_delta;
      time = crossed < earliest ? earliest : crossed > time ? time : crossed;
      double passed = time - last_time;
      for (int i = 0; i < n; i++) {
        s.v[i] = (s.v[i] - s.v_last[i]) / dt * passed + s.v_last[i];
        s.slow[i] = (s.slow[i] - s.slow_last[i]) / dt * passed + s.slow_last[i];
        s.fast[i] = (s.fast[i] - s.fast_last[i]) / dt * passed + s.fast_last[i];
        s.waiting[i] = s.waiting[i] + dt - passed;
      }
      s.v[firing] = s.reset[firing], s.waiting[firing] = s.refractory[firing];
      make_room(&out, length, 1);
      out.units[length] = firing, out.counts[length++] = time;
    }
    out.offsets[row + 1] = length;
  }
  output("offsets", "u32", out.offsets, 4 * (steps + 1)), output("units", "i32", out.units, 4 * length);
  output("times", "f64", out.counts, 8 * length), output("v", "f64", s.v, 8 * n);
  output("slow", "f64", s.slow, 8 * n), output("fast", "f64", s.fast, 8 * n);
}

static inline __attribute__((always_inline)) void layer(const float *x, int before, const float *w, int n, float *i, float *v, float *out) {
  const float alpha = 0.95f, beta = 0.9f;
  float sums[64] __attribute__((aligned(64))) = {0};
  for (int k = 0; k < before; k++) {
    if (x[k] == 0) continue;
    const float factor = x[k], *r = w + k * n;
    for (int j = 0; j < n; j++) sums[j] += factor * r[j];
  }
  for (int j = 0; j < n; j++) {
    float c = (i[j] + sums[j]) * beta, potential = v[j] * alpha + c;
    i[j] = c;
    v[j] = potential > 1 ? potential - 1 : potential;
    out[j] = potential > 1 ? 1 : 0;
  }
}

static void lif_stack(void) {
  static float *w1, *w2, *w3, *w4, *in, *spikes;
  static int batch, steps;
  if (!w1) {
    batch = setting("batch"), steps = setting("steps");
    w1 = input("w1"), w2 = input("w2"), w3 = input("w3"), w4 = input("w4"), in = input("input");
    spikes = zeros((size_t)4 * batch * steps * 10);
  }
  for (int item = 0; item < batch; item++) {
    float i[4][64] = {{0}}, v[4][64] = {{0}}, a[64], b[64];
    for (int t = 0; t < steps; t++) {
      size_t row = (size_t)item * steps + t;
      layer(in + row * 16, 16, w1, 64, i[0], v[0], a);
      layer(a, 64, w2, 64, i[1], v[1], b);
      layer(b, 64, w3, 64, i[2], v[2], a);
      layer(a, 64, w4, 10, i[3], v[3], spikes + row * 10);
    }
  }
  output("spikes", "f32", spikes, (size_t)4 * batch * steps * 10);
}

static clockid_t clock_kind = CLOCK_MONOTONIC;

static double now(void) {
  struct timespec time;
  clock_gettime(clock_kind, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static const struct { const char *name; void (*run)(void); } workloads[] = {
  {"lif-ff", lif_ff}, {"lif-rec", lif_rec}, {"lif-rec-sparse", lif_rec_sparse}, {"rate-rec", rate_rec}, {"iaf-rec", iaf_rec}, {"cuba", cuba}, {"updown", updown}, {"backtick", backtick}, {"lif-stack", lif_stack},
};

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  if (!strcmp(argv[5], "processor")) clock_kind = CLOCK_PROCESS_CPUTIME_ID;
  folder = argv[1];
  int warm_up = atoi(argv[3]), timed = atoi(argv[4]);
  for (size_t k = 0; k < sizeof workloads / sizeof *workloads; k++) {
    if (strcmp(workloads[k].name, argv[2])) continue;
    printf("{\"milliseconds\":[");
    for (int round = 0; round < warm_up + timed; round++) {
      output_count = 0;
      double start = now();
      workloads[k].run();
      if (round >= warm_up) printf("%s%.6f", round > warm_up ? "," : "", now() - start);
    }
    printf("],\"results\":{");
    for (int i = 0; i < output_count; i++) {
      FILE *file = fopen(path(outputs[i].name, ".out"), "wb");
      fwrite(outputs[i].data, 1, outputs[i].bytes, file);
      fclose(file);
      printf("%s\"%s\":\"%s\"", i ? "," : "", outputs[i].name, outputs[i].type);
    }
    printf("}}\n");
    return 0;
  }
  fprintf(stderr, "there is no native form of %s\n", argv[2]);
  return 2;
}
