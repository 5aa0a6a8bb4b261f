using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// What is the same in every page: its style, and the script for filter and sort, which the page names by its digest so that no other runs.
/// </summary>
internal static class HtmlReportPage
{
    public const string Style = """
        :root { --text: #1f2328; --page: #ffffff; --card: #f6f8fa; --soft: #57606a; --line: #d0d7de; --bad: #a40e26; --warn: #7d4e00; --good: #116329; --focus: #0969da }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #0d1117; --card: #161b22; --soft: #b1bac4; --line: #30363d; --bad: #ffa198; --warn: #e3b341; --good: #56d364; --focus: #58a6ff } }
        * { box-sizing: border-box }
        body { font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--text); background: var(--page); max-width: 90rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
        h1 { font-size: 1.5rem; margin: .2rem 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 1rem 0 .2rem }
        .soft { color: var(--soft); font-size: .92em }
        .banner { border: 2px solid var(--bad); color: var(--bad); padding: .5rem 1rem; font-weight: 600 }
        .counts { display: flex; flex-wrap: wrap; gap: .5rem }
        .count { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .8rem; cursor: pointer }
        .count b { font-size: 1.3em } .count[aria-pressed=true] { outline: 2px solid var(--focus) }
        .Untrusted, .Unreachable, .Unusable, .Error b { color: var(--bad) } .Warning b, .verdict.Warning, .count.Warning { color: var(--warn) } .Fine { color: var(--good) }
        .tools { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: baseline } .tools[hidden] { display: none }
        input, select { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .5rem; max-width: 100% }
        .row { border-bottom: 1px solid var(--line) } .row[hidden] { display: none }
        summary { display: grid; grid-template-columns: 7rem 14rem minmax(12rem, 22rem) 4.5rem 1fr; gap: 0 .8rem; padding: .4rem .2rem; cursor: pointer; align-items: baseline }
        summary:hover { background: var(--card) } summary:focus-visible { outline: 2px solid var(--focus) }
        summary::marker { content: "" } summary::-webkit-details-marker { display: none }
        .verdict { font-weight: 600 } .name { font-weight: 600 } .days { text-align: right; font-variant-numeric: tabular-nums }
        .body { padding: .2rem .2rem 1rem 1rem; border-left: 3px solid var(--line); margin: 0 0 .5rem .2rem }
        .finding { margin: .6rem 0 } .finding p { margin: .2rem 0 } ul { margin: .2rem 0; padding-left: 1.3rem }
        .matrix { overflow-x: auto } .matrix table { width: auto } .matrix td, .matrix th { white-space: nowrap; padding: .2rem .8rem .2rem 0 } .matrix td { font-weight: 600 }
        .picture { overflow-x: auto } svg { max-width: 100%; height: auto }
        code { font: .9em ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; background: var(--card); padding: .1rem .3rem }
        table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line) }
        @media (max-width: 60rem) { summary { grid-template-columns: auto 1fr auto } .cause { text-align: left } .name { grid-column: 1 / -1; grid-row: 2 } .days { grid-column: 3; grid-row: 1 } .why { grid-column: 1 / -1 } }
        @media (max-width: 30rem) { body { padding: .6rem } th:nth-child(4), td:nth-child(4) { display: none } }
        @media print { .tools, .counts { display: none } }
        """;

    public static readonly string Script = """
        "use strict";
        (() => {
          const rows = document.getElementById("rows"), filter = document.getElementById("filter"), sort = document.getElementById("sort"), shown = document.getElementById("shown");
          const all = [...rows.children], chosen = new Set(), number = (row, key) => row.dataset[key] === "" ? Infinity : Number(row.dataset[key]);
          const text = new Map(all.map(row => [row, row.textContent.toLowerCase()]));
          document.querySelector(".tools").hidden = false;
          function show() {
            const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
            let count = 0;
            for (const row of all) {
              row.hidden = (chosen.size > 0 && !chosen.has(row.dataset.kind)) || !words.every(word => text.get(row).includes(word));
              count += row.hidden ? 0 : 1;
            }
            shown.textContent = count + " of " + all.length;
          }
          const by = {
            level: (a, b) => number(a, "level") - number(b, "level") || number(a, "days") - number(b, "days") || 0,
            days: (a, b) => number(a, "days") - number(b, "days") || 0,
            name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
            cause: (a, b) => (a.dataset.cause === "") - (b.dataset.cause === "") || a.dataset.cause.localeCompare(b.dataset.cause)
          };
          filter.addEventListener("input", show);
          sort.addEventListener("change", () => rows.append(...all.sort(by[sort.value])));
          for (const button of document.querySelectorAll(".count")) {
            button.addEventListener("click", () => {
              const on = !chosen.delete(button.dataset.level);
              if (on) { chosen.add(button.dataset.level); }
              button.setAttribute("aria-pressed", String(on));
              show();
            });
          }
          show();
        })();
        """.ReplaceLineEndings("\n");

    /// <summary>For the page's Content-Security-Policy.</summary>
    public static string ScriptHash { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}";
}
