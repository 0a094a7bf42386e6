import{e as i}from"./chunk-Z3DDGI6C.js";import{b as n}from"./chunk-WAU3DCQA.js";import"./chunk-5XZYL2JA.js";import{createInterface as c}from"node:readline";var r=process.argv[2];(r===void 0||n(r)===void 0)&&(process.stderr.write(`not a state folder of the local cloud: ${r}
`),process.exit(2));for(let e of["SIGINT","SIGTERM","SIGHUP"])process.on(e,()=>{});process.stdout.on("error",()=>{});var o=new Set;c({input:process.stdin}).on("line",e=>{let[s,t]=e.split(" ");s==="group"?o.add(Number(t)):s==="forget"&&o.delete(Number(t))}).on("close",async()=>{try{await i(r,o),process.exit(0)}catch(e){process.stderr.write(`${e instanceof Error?e.message:String(e)}
`,()=>process.exit(1))}});process.stdout.write(`ready
`);
