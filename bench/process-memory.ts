/** Resident memory from /proc, so on Linux only. MiB. */
import { readFile, writeFile } from "node:fs/promises";

export function rssMib(pid: number): Promise<number> {
  return statusMib(pid, "VmRSS");
}

/** The most that was resident since the process began or {@link forgetPeak} was called. */
export function peakRssMib(pid: number): Promise<number> {
  return statusMib(pid, "VmHWM");
}

/** https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html */
export function forgetPeak(pid: number): Promise<void> {
  return writeFile(`/proc/${pid}/clear_refs`, "5");
}

async function statusMib(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
}
