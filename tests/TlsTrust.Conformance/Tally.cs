using System.Text;

namespace TlsTrust.Conformance;

/// <summary>
/// Counts one suite: agreement, both kinds of disagreement apart (a false accept is the worse one), and what was skipped and why.
/// </summary>
internal sealed class Tally(string suite)
{
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    internal int Agree { get; private set; }

    internal List<string> FalseAccepts { get; } = [];

    internal List<string> FalseRejects { get; } = [];

    internal int Run => Agree + FalseAccepts.Count + FalseRejects.Count;

    internal int Skipped => _skipped.Values.Sum();

    internal double Share => Run == 0 ? 0 : (double)Agree / Run;

    internal void Add(string id, bool expected, bool ours)
    {
        if (expected == ours)
        {
            Agree++;
        }
        else
        {
            (ours ? FalseAccepts : FalseRejects).Add(id);
        }
    }

    internal void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    public override string ToString()
    {
        StringBuilder text =
            new($"{suite}: {Agree} of {Run} agree, {FalseAccepts.Count} false accepts, {FalseRejects.Count} false rejects, {Skipped} " +
                $"skipped");
        foreach ((string reason, int count) in _skipped)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n    skipped {count}: {reason}");
        }

        foreach (string id in FalseAccepts)
        {
            text.Append("\n    false accept ").Append(id);
        }

        foreach (string id in FalseRejects)
        {
            text.Append("\n    false reject ").Append(id);
        }

        return text.ToString();
    }
}
