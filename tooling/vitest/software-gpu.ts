// Lets tests use the software GPU that comes with Debian's chromium, without anybody setting variables: the driver is
// named, and its loader is loaded into this process. Where a driver is named already, that one is used.
import { existsSync } from 'node:fs';
import { constants } from 'node:os';

const folder = '/usr/lib/chromium';
const driver = `${folder}/vk_swiftshader_icd.json`;
const loader = `${folder}/libvulkan.so.1`;
/** The loader stays when Node lets go of it (RTLD_NODELETE); whoever asks for it by name then gets it. */
const stays = 0x1000;

/** To be called before anything of WebGPU is loaded. */
export function useSoftwareGpu(): void {
  if (process.env.VK_DRIVER_FILES !== undefined || !existsSync(driver) || !existsSync(loader)) return;
  process.env.VK_DRIVER_FILES = driver;
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  try {
    process.dlopen({ exports: {} }, loader, RTLD_NOW | RTLD_GLOBAL | stays);
  } catch (error) {
    // It is no addon, and was only meant to be loaded.
    if (!(error instanceof Error && error.message.includes('did not self-register'))) throw error;
  }
}
