using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What one machine answered: every result that <c>-Session</c> can bring back.</summary>
public abstract record MachineResult : IResult
{
    /// <summary>The machine that it is about, as its session is called; null where the command ran here.</summary>
    public string? Machine { get; init => field = ShownText.OfNullable(value); }

    /// <summary>What tells it from the machine's other results of its type.</summary>
    public abstract string Topic();
}
