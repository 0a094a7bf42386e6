var r=class extends Error{code;remedy;constructor(e,o,s,t){super(o,t),this.name="ToolkitError",this.code=e,this.remedy=s}};export{r as a};
