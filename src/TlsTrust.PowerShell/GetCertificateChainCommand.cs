using System.Management.Automation;
using TlsTrust.Clients;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Paths;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>Shows a chain as it was sent and as it can be built, with the verdict on it.</summary>
[Cmdlet(VerbsCommon.Get, "CertificateChain", HelpUri = HelpPage.Root + "Get-CertificateChain.md", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(CertificateChain), ParameterSetName = [EndpointSet, PathSet, LiteralPathSet, CertificateSet, InputObjectSet, StoreSet])]
public sealed class GetCertificateChainCommand : ChainInputCommand
{
    // With none of these a report keeps its verdict, which may be for a store of its own.
    private static readonly string[] JudgingParameters =
        [nameof(TrustStore), nameof(HostName), nameof(At), nameof(Policy), nameof(SearchPath), nameof(WarnDays)];

    private ChainInspectionOptions _options = null!;
    private ChainInspector? _inspector;

    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? _policy;
    private object? _revocation;

    [Parameter]
    [Alias("ServerName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? HostName { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Intermediate { get; set; } = [];

    [Parameter]
    public PathPolicy Policy { get => (PathPolicy)(_policy ?? PathPolicy.Default); set => _policy = value; }

    [Parameter]
    public RevocationMode Revocation { get => (RevocationMode)(_revocation ?? RevocationMode.None); set => _revocation = value; }

    [Parameter]
    [ValidateRange(0, 3650)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int WarnDays { get; set; } = 30;

    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override EndpointTestOptions TestOptions => new()
    {
        Connection = new() { HostName = _options.HostName },
        Store = _options.Store,
        StoreOf = _options.StoreOf,
        AtHand = _options.AtHand,
        NoDownload = _options.NoDownload,
        Urls = _options.Urls,
        Revocation = _options.Revocation,
        At = _options.At,
        WarnDays = _options.WarnDays,
        Policy = _options.Policy,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _options = new()
        {
            Store = Anchors,
            StoreOf = SharedParameters.StoreOf(TrustStore),
            HostName = NameToCheck(HostName),
            Intermediates =
                [.. FilePaths.Resolve(this, Intermediate, literal: false, ThrowTerminatingError).SelectMany(CertificateFolder.ReadFile)],
            AtHand = GivenSources,
            At = AtTime,
            Policy = Policy,
            NoDownload = NoDownload,
            Urls = Urls,
            Revocation = Revocation,
            WarnDays = WarnDays,
            All = All,
            Trace = Trace,
        };
        _options = Limit is { } limit ? _options with { TimeLimit = limit } : _options;
        _inspector = new(_options);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _inspector?.Dispose();
    }

    /// <inheritdoc/>
    private protected override EndpointReport Judged(EndpointReport saved) =>
        JudgingParameters.Any(MyInvocation.BoundParameters.ContainsKey)
            ? Await(EndpointTester.JudgeAgainAsync(saved, OptionsFor(saved), StopToken)) : saved;

    /// <inheritdoc/>
    private protected override void Process(CertificateChain chain)
    {
        TrustStore? own = TrustStore is null ? OwnStore(chain.AnchorStore, chain.AnchorParts, Anchors, machine: null) : null;
        using ChainInspector inspector = new(_options with
        {
            Store = own ?? _options.Store,
            StoreOf = own is null ? _options.StoreOf : AnchorScope.EveryClient,
            HostName = _options.HostName ?? (chain.HostName.Length > 0 ? chain.HostName : null),
            At = AtTime ?? chain.CheckedAt,
        });
        Drain(inspector.InspectAsync(PresentedCertificates.From(chain), StopToken), WriteObject);
        WriteTrace();
    }

    /// <inheritdoc/>
    private protected override void Process(PresentedCertificates presented)
    {
        Drain(_inspector!.InspectAsync(presented, StopToken), WriteObject);
        WriteTrace();
    }

    private EndpointTestOptions OptionsFor(EndpointReport report)
    {
        EndpointTestOptions timed = AtTime is null ? TestOptions.AsOf(report) : TestOptions;
        return TrustStore is null && OwnStore(report.AnchorStore, report.AnchorParts, Anchors, report.Machine) is { } own
            ? timed with { Store = own, StoreOf = AnchorScope.EveryClient }
            : timed;
    }

    /// <inheritdoc/>
    private protected override void Process(EndpointReport report) => WriteObject(_inspector!.Inspect(report));
}
