function t(n){return n.split("/").slice(1).join("/")||n}function r(n){return n.split("/").at(-1)??n}function i(n){return n.split(":")[3]||void 0}export{t as a,r as b,i as c};
