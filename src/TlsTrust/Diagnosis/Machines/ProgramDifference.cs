namespace TlsTrust.Diagnosis.Machines;

/// <summary>Why a program is well off on one machine and not on another.</summary>
internal static class ProgramDifference
{
    /// <summary>
    /// True where it accepts the endpoint that was asked about; without one, where its store is good and verification is on.
    /// </summary>
    public static bool Works(ProgramTrust program) =>
        program.Endpoint is not null ? program.Accepts == true : program.Status == TrustStatus.Ok && program.Insecure.Count == 0;

    /// <summary>The difference between a machine on which it does not work and one on which it does.</summary>
    public static Deciding Between(ProgramTrust bad, ProgramTrust good)
    {
        int distance = (bad.Store == good.Store ? 0 : 1) + (bad.Reason == good.Reason ? 0 : 1);
        string why = bad.AcceptsDetail is { Length: > 0 } detail ? detail : bad.Detail.Length > 0 ? bad.Detail : $"{bad.Status}";
        if (bad.Endpoint is null && bad.Insecure.Count > 0)
        {
            return new(DecidingDifference.VerificationOff, $"{bad.Insecure[0]}", distance);
        }

        if (good.Insecure.Count > 0 && bad.Insecure.Count == 0 && bad.Endpoint is not null)
        {
            return new(DecidingDifference.VerificationOff, $"where it works, {good.Insecure[0]}; here {why}", distance);
        }

        // The reason names the variable, or the file and line, or the default.
        if (bad.Reason != good.Reason && bad.Effect != StoreEffect.Default)
        {
            return new(DecidingDifference.Variable, $"{bad.Reason}: {bad.Store}; {why}", distance);
        }

        if (bad.Store != good.Store)
        {
            return new(DecidingDifference.Store, $"{bad.Store}, where it works {good.Store}; {why}", distance);
        }

        // The same anchors: what is left is the program, whose versions and builds have rules of their own.
        if (bad.Accepts == false && bad.AnchorCount == good.AnchorCount && bad.Rules != good.Rules)
        {
            return new(DecidingDifference.ProgramVersion, $"{Named(bad)} by the rules of {bad.Rules ?? "nobody known"}, where it works " +
                $"{Named(good)} by those of {good.Rules ?? "nobody known"}; {why}", distance);
        }

        return bad.Accepts == false || bad.AnchorCount != good.AnchorCount
            ? new(DecidingDifference.MissingRoot, $"{bad.Store}: {why}", distance)
            : new(DecidingDifference.Unknown, why, distance);
    }

    private static string Named(ProgramTrust program) =>
        program.Version is { } version ? $"{program.ProgramName} ({version})" : program.ProgramName;
}
