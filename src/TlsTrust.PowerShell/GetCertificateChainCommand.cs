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
    private static readonly string[] JudgingParameters = [nameof(TrustStore), nameof(HostName), nameof(At), nameof(Policy), nameof(SearchPath), nameof(WarnDays)];

    private ChainInspectionOptions options = null!;
    private ChainInspector? inspector;

    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? policy;
    private object? revocation;

    [Parameter]
    [Alias("ServerName")]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Intermediate { get; set; } = [];

    [Parameter]
    public PathPolicy Policy { get => (PathPolicy)(policy ?? PathPolicy.Default); set => policy = value; }

    [Parameter]
    public RevocationMode Revocation { get => (RevocationMode)(revocation ?? RevocationMode.None); set => revocation = value; }

    [Parameter]
    [ValidateRange(0, 3650)]
    public int WarnDays { get; set; } = 30;

    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override EndpointTestOptions TestOptions => new()
    {
        Connection = new() { HostName = options.HostName },
        Store = options.Store,
        StoreOf = options.StoreOf,
        AtHand = options.AtHand,
        NoDownload = options.NoDownload,
        Urls = options.Urls,
        Revocation = options.Revocation,
        At = options.At,
        WarnDays = options.WarnDays,
        Policy = options.Policy,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        options = new()
        {
            Store = Anchors,
            StoreOf = SharedParameters.StoreOf(TrustStore),
            HostName = NameToCheck(HostName),
            Intermediates = [.. FilePaths.Resolve(this, Intermediate, literal: false, ThrowTerminatingError).SelectMany(CertificateFolder.ReadFile)],
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
        options = Limit is { } limit ? options with { TimeLimit = limit } : options;
        inspector = new(options);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        inspector?.Dispose();
    }

    /// <inheritdoc/>
    private protected override EndpointReport Judged(EndpointReport saved) =>
        JudgingParameters.Any(MyInvocation.BoundParameters.ContainsKey) ? Await(EndpointTester.JudgeAgainAsync(saved, TestOptions, StopToken)) : saved;

    /// <inheritdoc/>
    private protected override void Process(PresentedCertificates presented)
    {
        Drain(inspector!.InspectAsync(presented, StopToken), WriteObject);
        WriteTrace();
    }

    /// <inheritdoc/>
    private protected override void Process(EndpointReport report) => WriteObject(inspector!.Inspect(report));
}
