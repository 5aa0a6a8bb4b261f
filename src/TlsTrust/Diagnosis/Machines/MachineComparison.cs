namespace TlsTrust.Diagnosis.Machines;

/// <summary>Compares machines with each other: who trusts the same thing, who does not, and the one difference that decides.</summary>
public sealed class MachineComparison
{
    // What ran without a session.
    private const string Here = "this machine";

    private readonly List<EndpointReport> _reports = [];
    private readonly List<ProgramTrust> _programs = [];
    private readonly List<MachineFailure> _failures = [];

    /// <summary>Takes a result; false for what has no part in this.</summary>
    public bool TryAdd(IResult result)
    {
        switch (result)
        {
            case EndpointReport report:
                _reports.Add(report);
                return true;
            case ProgramTrust program:
                _programs.Add(program);
                return true;
            case MachineFailure failure:
                _failures.Add(failure);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What there is to say: endpoints first, then programs, then machines that gave no answer.</summary>
    public IEnumerable<MachineDifference> Differences()
    {
        foreach (IGrouping<(string, string), EndpointReport> same in _reports.GroupBy(report => (report.Endpoint, report.HostName)))
        {
            foreach (MachineDifference row in Rows(same, report => report.Verdict == Verdict.Trusted, EndpointDifference.Between, Worded))
            {
                yield return row with { Endpoint = same.Key.Item1 };
            }
        }

        foreach (IGrouping<(string, TrustScope, string?), ProgramTrust> same in
            _programs.GroupBy(program => (program.Program, program.Scope, program.Endpoint)))
        {
            foreach (MachineDifference row in Rows(same, ProgramDifference.Works, ProgramDifference.Between, Worded))
            {
                yield return row with { Program = same.First().ProgramName, Endpoint = same.Key.Item3 };
            }
        }

        foreach (MachineFailure failure in _failures)
        {
            yield return new()
            {
                Works = [],
                Fails = [Name(failure)],
                Decides = DecidingDifference.NoAnswer,
                Summary = $"{failure.Command}: {failure.Summary}",
            };
        }
    }

    private static IEnumerable<MachineDifference> Rows<T>(
        IEnumerable<T> same, Func<T, bool> works, Func<T, T, Deciding> between, Func<T, string> worded)
        where T : MachineResult
    {
        List<T> good = [.. same.Where(works)], bad = [.. same.Where(result => !works(result))];
        string[] names = [.. good.Select(Name).Distinct()];
        if (bad.Count == 0)
        {
            yield return new()
            {
                Works = [.. names],
                Fails = [],
                Decides = DecidingDifference.None,
                Summary = names.Length == 1 ? $"works on {names[0]}" : FormattableString.Invariant($"works on all {names.Length} machines"),
            };
            yield break;
        }

        // Where it works nowhere, nothing is known to decide: what each machine says is all there is.
        var decided = bad.Select(result => (Machine: Name(result), Why: good.Count > 0 ? Nearest(result, good, between)
            : new Deciding(DecidingDifference.Unknown, $"works on no machine: {worded(result)}")));
        foreach (var group in decided.GroupBy(result => (result.Why.What, result.Why.Detail)))
        {
            yield return new()
            {
                Works = [.. names],
                Fails = [.. group.Select(result => result.Machine).Distinct()],
                Decides = group.Key.What,
                Summary = group.Key.Detail,
            };
        }
    }

    // Machines differ in many things; the one that is most like this one shows the one that counts.
    private static Deciding Nearest<T>(T result, List<T> good, Func<T, T, Deciding> between)
        where T : MachineResult =>
        good.Select(reference => between(result, reference)).OrderBy(why => why.Distance).First();

    private static string Name(MachineResult result) => result.Machine ?? Here;

    private static string Worded(EndpointReport report) => report.Why;

    private static string Worded(ProgramTrust program) => program.AcceptsDetail ?? $"{program.Status}: {program.Detail}";
}

/// <summary>What decides between two machines.</summary>
/// <param name="What">The kind.</param>
/// <param name="Detail">In words, without the machines' names, so that machines with one fault are one row.</param>
/// <param name="Distance">In how much the two differ beside it: the less, the surer.</param>
internal sealed record Deciding(DecidingDifference What, string Detail, int Distance = 0);
