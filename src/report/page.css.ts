/** The layout of report pages; colours come from the design tokens. */
export const PAGE_CSS = `
*{box-sizing:border-box}
body{margin:0;background:var(--jw-paper);color:var(--jw-ink);font:400 var(--jw-text-m)/1.55 var(--jw-font);-webkit-text-size-adjust:100%}
main,header.page,footer.page{max-width:960px;margin:0 auto;padding:0 40px}
header.page{padding-top:56px;padding-bottom:8px}
header.page .brand{display:flex;align-items:center;gap:8px;color:var(--jw-muted);font-size:var(--jw-text-s);letter-spacing:.02em;margin:0 0 20px}
header.page .brand i{width:10px;height:10px;border-radius:50%;background:linear-gradient(135deg,var(--jw-sun) 45%,var(--jw-tokens) 55%)}
h1{font-size:var(--jw-text-xxl);line-height:1.15;letter-spacing:-.015em;margin:0 0 6px;font-weight:650;text-wrap:balance}
header.page p{margin:0;color:var(--jw-muted)}
h2{font-size:var(--jw-text-l);letter-spacing:-.01em;margin:0 0 4px;font-weight:650}
h3{font-size:var(--jw-text-m);margin:20px 0 4px;font-weight:600}
section{padding:28px 0;border-top:1px solid var(--jw-line);break-inside:avoid-page}
section:first-child{border-top:0}
section>p{margin:0 0 14px;color:var(--jw-muted);max-width:72ch}
.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;padding:0;margin:0;list-style:none}
.cards li{background:var(--jw-card);border:1px solid var(--jw-line);border-radius:10px;padding:16px 18px;min-width:0}
.cards .name{color:var(--jw-muted);font-size:var(--jw-text-s);margin:0 0 6px}
.cards .figure{font-size:var(--jw-text-xxl);line-height:1.1;font-weight:650;letter-spacing:-.02em;margin:0;font-variant-numeric:tabular-nums}
.cards .figure small{font-size:var(--jw-text-m);font-weight:500;color:var(--jw-muted);letter-spacing:0;margin-left:5px}
.cards .boundary{color:var(--jw-muted);font-size:var(--jw-text-xs);line-height:1.4;margin:8px 0 0}
.cards li.first{border-top:3px solid var(--jw-tokens);padding-top:14px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:var(--jw-text-s);font-variant-numeric:tabular-nums}
th{text-align:left;color:var(--jw-muted);font-weight:500;padding:6px 14px 6px 0;border-bottom:1px solid var(--jw-line);white-space:nowrap}
td{padding:7px 14px 7px 0;border-bottom:1px solid var(--jw-line);vertical-align:top}
tr:last-child td{border-bottom:0}
td.number,th.number{text-align:right;white-space:nowrap}
td.range,th.range{text-align:right;white-space:normal}
td.name{white-space:nowrap}
td.quiet{color:var(--jw-muted)}
td:last-child,th:last-child{padding-right:0}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:5px 22px;margin:0;font-size:var(--jw-text-s)}
dt{color:var(--jw-muted)}
dd{margin:0;overflow-wrap:anywhere}
.mono dd{font-family:var(--jw-mono);font-size:var(--jw-text-xs);line-height:1.6}
figure{margin:0 0 8px}
figcaption{color:var(--jw-muted);font-size:var(--jw-text-s);margin:0 0 10px}
.jw-plot svg{display:block}
.jw-narrow{display:none}
.warnings{margin:0;padding:14px 18px 14px 34px;background:var(--jw-card);border:1px solid var(--jw-line);border-left:3px solid var(--jw-sun);border-radius:8px}
.warnings li{margin:3px 0;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:1fr;gap:24px}
.summary h2{margin-top:22px}
.halves{display:grid;grid-template-columns:1fr 1fr;gap:0 36px}
.halves dl{grid-template-columns:1fr;gap:0}.halves dd{margin-bottom:6px}
ul.plain{margin:0;padding:0 0 0 16px;font-size:var(--jw-text-s)}
ul.plain li{margin:0 0 5px}
p.small{margin:6px 0 0;color:var(--jw-muted);font-size:var(--jw-text-s)}
table.inputs th[colspan]{padding-top:14px;color:var(--jw-ink);font-weight:600}
table.inputs{table-layout:fixed}
table.inputs th:nth-child(1){width:34%}table.inputs th:nth-child(2){width:20%}
table.inputs td{overflow-wrap:anywhere;padding-top:4px;padding-bottom:4px;font-size:var(--jw-text-xs)}
table.inputs .mark{color:var(--jw-alert);font-weight:600;margin-right:2px}
footer.page{color:var(--jw-muted);font-size:var(--jw-text-s);padding-bottom:48px}
@media (max-width:640px){
 main,header.page,footer.page{padding-left:16px;padding-right:16px}
 header.page{padding-top:28px}
 td,th{padding-right:9px}
 .jw-wide{display:none}.jw-narrow{display:block}
 .cards{grid-template-columns:1fr 1fr;gap:8px}.cards li{padding:12px 13px}.cards li.first,.cards li:last-child:nth-child(even){grid-column:1/-1}
 .cards .figure{font-size:var(--jw-text-xl)}.cards li.first .figure{font-size:2.4rem}
 .halves{grid-template-columns:1fr}
 dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}
 table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
 table.stack tr{display:grid;grid-template-columns:1fr max-content;gap:0 12px;padding:9px 0;border-bottom:1px solid var(--jw-line)}
 table.stack td{border:0;padding:0}table.stack td.quiet{grid-column:1/-1;font-size:var(--jw-text-xs)}
}
@media print{
 @page{margin:14mm}
 body{background:#fff;font-size:10pt}
 main,header.page,footer.page{max-width:none;padding-left:0;padding-right:0}
 .jw-wide{display:block}.jw-narrow{display:none}
 section{padding:14px 0}.scroll{overflow:visible}section.long{break-inside:auto}tr,figure,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}
 header.page{padding-top:0}header.page .brand{margin:0 0 8px}h1{font-size:19pt}
 section.summary{break-after:page;padding:2px 0 0;--jw-text-s:.7rem;line-height:1.4}.summary h2{margin:11px 0 2px;font-size:11pt}
 .summary td,.summary th{padding-top:2px;padding-bottom:2px}.summary .cards{gap:8px}.summary .cards li{padding:7px 12px}
 .summary .cards .figure{font-size:17pt}.summary .cards .name,.summary .cards .boundary{margin:1px 0}
 .summary .halves{gap:0 24px}.summary .halves dd{margin-bottom:3px}.summary ul.plain li{margin-bottom:3px}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`;
