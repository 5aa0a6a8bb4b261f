using System.Text.Json;
using TlsTrust.ErrorTexts;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>
/// Error outputs that others saw (<c>errors.json</c>): first cause, client and host of each; what is no failure gives nothing.
/// </summary>
public sealed class ErrorTextCorpusTests(ITestOutputHelper output)
{
    // A keystore that can't be opened is a failure of a file: the corpus allows this answer beside silence.
    private static readonly HashSet<string> FileFailures = ["keytool-neg"];

    [Fact]
    public void Each_text_gives_one_failure_with_its_cause_client_and_host()
    {
        using JsonDocument corpus = JsonDocument.Parse(File.ReadAllText(Corpora.Require("errors.json")));
        List<string> wrong = [];
        int cases = 0;
        foreach (JsonElement item in corpus.RootElement.EnumerateArray())
        {
            string id = item.GetProperty("id").GetString()!;
            ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve(item.GetProperty("text").GetString()!);
            if (item.GetProperty("negative").GetBoolean())
            {
                if (found.Count > 0 && !(FileFailures.Contains(id) && found is [{ Causes: [Cause.StoreUnusable] }]))
                {
                    wrong.Add($"{id}: {found[0]}");
                }

                continue;
            }

            cases++;
            if (Fault(item, found) is { } fault)
            {
                wrong.Add($"{id}: {fault}");
            }
        }

        output.WriteLine($"{cases} texts");
        Assert.Empty(wrong);
    }

    private static string? Fault(JsonElement item, ResultList<TlsErrorExplanation> found)
    {
        if (found.Count != 1)
        {
            return $"{found.Count} failures";
        }

        TlsErrorExplanation one = found[0];
        string first = one.Causes.Count > 0 ? $"{one.Causes[0]}" : $"{one.FindingIds[0]}";
        if (!Strings(item, "firstCauseAnyOf").Contains(first))
        {
            return $"cause {first}";
        }

        if (!Strings(item, "clients").Contains(one.Client))
        {
            return $"client '{one.Client}'";
        }

        string? host = item.GetProperty("host").GetString();
        int? port = item.GetProperty("port").ValueKind == JsonValueKind.Number ? item.GetProperty("port").GetInt32() : null;
        return host is not null && (one.HostName != host || (port is not null && one.Port != port)) ? $"host {one.Endpoint}" : null;
    }

    private static string[] Strings(JsonElement item, string name) =>
        [.. item.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];
}
