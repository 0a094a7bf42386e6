import { installed } from "./installed.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

/** nginx as a proxy to one target, one worker, connections kept alive both ways. @returns undefined where there is none. */
export async function startNginx(target: string): Promise<ServerProcess | undefined> {
  const program = await installed("nginx");
  if (program === undefined) return undefined;
  return startServerProcess({
    program,
    args: ({ file, folder }) => ["-p", folder, "-e", "stderr", "-c", file],
    configuration: ({ port, folder }) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream target { server ${new URL(target).host}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://target;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
  });
}
