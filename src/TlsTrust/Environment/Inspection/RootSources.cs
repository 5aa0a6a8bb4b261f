using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>A store with public roots that a program could be pointed at.</summary>
/// <param name="Kind">System, Certifi, Conda, Git, BuiltIn, or File for a path that was given.</param>
/// <param name="Path">Where it is; null for the list that is built in.</param>
/// <param name="Roots">What is in it.</param>
/// <param name="Date">When it was written, UTC; for the built-in list of which day it is.</param>
internal sealed record RootSource(string Kind, string? Path, IReadOnlyList<Certificate> Roots, DateTime Date)
{
    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Kind}{(Path is null ? string.Empty : $" {Path}")} ({Roots.Count} roots, {Date:yyyy-MM-dd})");
}

/// <summary>Where public roots are to be had on a machine, the best first: what an owner renews before what nobody does.</summary>
internal sealed class RootSources(IMachine machine, StorePlaces places, PublicRootSet publicRoots)
{
    private readonly AnchorReading _reading = new();

    /// <summary>Words for the sources beside a path.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["Auto", "System", "Certifi", "Conda", "Git", "BuiltIn"];

    /// <summary>All that are there and hold roots.</summary>
    public IEnumerable<RootSource> All()
    {
        foreach (RootSource? found in new[]
        {
            First("System", KnownStores.InOrder(StoreKind.SystemBundle).Append("/usr/lib/ssl/cert.pem")),
            First("Conda", KnownStores.Places.Where(place => place.Kind == StoreKind.Conda).Select(place => place.Pattern)),
            places.Python.Certifi is { } certifi ? At("Certifi", certifi) : null,
            First("Git", KnownStores.InOrder(StoreKind.GitBundle)),
        })
        {
            if (found is not null)
            {
                yield return found;
            }
        }

        yield return new RootSource("BuiltIn", null, publicRoots.Roots, publicRoots.Date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
    }

    /// <summary>The one that was asked for; null when it is not there or holds nothing.</summary>
    /// <param name="choice">One of <see cref="Kinds"/>, or a path.</param>
    public RootSource? Choose(string choice) => choice.Equals("Auto", StringComparison.OrdinalIgnoreCase) ? All().First()
        : Kinds.Contains(choice, StringComparer.OrdinalIgnoreCase)
            ? All().FirstOrDefault(source => source.Kind.Equals(choice, StringComparison.OrdinalIgnoreCase))
        : At("File", machine.Locate(choice));

    private RootSource? First(string kind, IEnumerable<string> patterns) =>
        patterns.SelectMany(pattern => PathPattern.Expand(pattern, new StoreView(machine))).Select(path => At(kind, path))
            .FirstOrDefault(source => source is not null);

    private RootSource? At(string kind, string path)
    {
        AnchorPart part = Directory.Exists(path) ? _reading.Folder(path, "openssl", hashed: true) : _reading.File(path, "openssl");
        return part.Anchors.Count == 0 ? null
            : new RootSource(kind, path, part.Anchors, File.GetLastWriteTimeUtc(MachinePaths.Resolved(path)));
    }
}
