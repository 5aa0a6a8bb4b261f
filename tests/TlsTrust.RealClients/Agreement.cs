using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsTrust.RealClients;

/// <summary>One row of a report beside what its client did.</summary>
internal sealed record Pair(string Client, string Server, ClientVerdict? Row, RealAnswer Real)
{
    /// <summary>What was unknown counts as wrong, since the client was there to be asked; a report without rows says nothing.</summary>
    public bool Agrees => Row is not null && Row.Answer == (Real.Accepts ? ClientAnswer.Accepts : ClientAnswer.Refuses);

    /// <summary>Whether the row also has the client's words.</summary>
    public bool AgreesInWords => Agrees && (Real.Accepts || Words.Match(Row!.Message, Real.Words));

    public override string ToString() =>
        $"{Client} at {Server}: {Real}, the row says {(Row is null ? "nothing" : $"{Row.Answer} {Row.Message} ({Row.Reason})")}";
}

/// <summary>
/// Compares a row's words with what a program printed, apart from what differs with the line of a source file or the second.
/// </summary>
internal static partial class Words
{
    /// <summary>The printed text holds the row's; what the row leaves open with "…" may be anything.</summary>
    internal static bool Match(string row, string printed)
    {
        string rest = Plain(printed);
        foreach (string part in Plain(row).Split('…'))
        {
            int at = rest.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return true;
    }

    private static string Plain(string words)
    {
        string plain = Space().Replace(Time().Replace(SourceLine().Replace(words, "(_ssl.c)"), "TIME"), " ").Replace('‘', '\'')
            .Replace('’', '\'');
        return OpenSslCommand().Match(plain) is { Success: true } match ? match.Groups[1].Value
            : plain.Replace("NET::", "", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"\(_ssl\.c:\d+\)")]
    private static partial Regex SourceLine();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    // The words of Ruby and PHP, which carry those of the library that s_client prints alone.
    [GeneratedRegex(@"^certificate verify failed \((.+)\)$")]
    private static partial Regex OpenSslCommand();
}

/// <summary>The table of agreement.</summary>
internal static class AgreementTable
{
    internal static string Of(IReadOnlyList<Pair> pairs)
    {
        StringBuilder table = new("client          asked  agree      %  unknown  in words      %\n");
        foreach (IGrouping<string, Pair> client in pairs.GroupBy(pair => pair.Client).Append(pairs.GroupBy(_ => "all").Single()))
        {
            int asked = client.Count(), agree = client.Count(pair => pair.Agrees), words = client.Count(pair => pair.AgreesInWords);
            int unknown = client.Count(pair => pair.Row is not { Answer: not ClientAnswer.Unknown });
            table.Append(CultureInfo.InvariantCulture, $"{client.Key,-15} {asked,5} {agree,6} {100.0 * agree / asked,6:0.0} {unknown,8} " +
                $"{words,9} {100.0 * words / asked,6:0.0}\n");
        }

        return table.ToString();
    }
}
