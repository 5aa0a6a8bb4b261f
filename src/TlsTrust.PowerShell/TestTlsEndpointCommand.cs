using System.Management.Automation;
using TlsTrust.Diagnosis;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>Says whether endpoints are trusted, and if not, which one cause it is, how that is known and what to do.</summary>
[Cmdlet(VerbsDiagnostic.Test, "TlsEndpoint", HelpUri = HelpPage.Root + "Test-TlsEndpoint.md", DefaultParameterSetName = EndpointSet)]
[OutputType(typeof(EndpointReport), ParameterSetName = [EndpointSet, InputObjectSet])]
[OutputType(typeof(MachineFailure), ParameterSetName = [EndpointSet, InputObjectSet])]
[OutputType(typeof(bool), ParameterSetName = [EndpointSet, InputObjectSet])]
public sealed class TestTlsEndpointCommand : EndpointTestCommand
{
    private EndpointTestOptions _options = null!;
    private RecordPump<Endpoint, EndpointReport>? _pump;
    private ScanProgress? _progress;
    private HashSet<string>? _seen;
    private Fleet? _fleet;
    private bool _allTrusted = true;
    private bool _anyTested;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [Alias("ComputerName", "DnsName", "Uri")]
    [AllowEmptyCollection]
    [EndpointTransformation]
    [ArgumentCompleter(typeof(HostCompleter))]
    public Endpoint[] Endpoint { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = EndpointSet)]
    [ValidateRange(1, 65535)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int Port { get; set; }

    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter]
    public SwitchParameter ErrorIfUntrusted { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Require(!All || Quiet, "-All gives one answer for everything, which only -Quiet does.", "Add -Quiet, or leave -All out.");
        CheckParameters();
        _fleet = FleetOf(nameof(Endpoint), nameof(InputObject));
        _options = _fleet is null ? MakeOptions() : null!;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Endpoint endpoint in Endpoint)
        {
            Add(Port > 0 ? endpoint.WithDefaultPort(Port) : endpoint);
        }

        if (_fleet is not null)
        {
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        foreach (IResult result in InputObject)
        {
            if (result is EndpointReport report)
            {
                Emit(Await(EndpointTester.JudgeAgainAsync(report, OptionsFor(_options, report), StopToken)));
                continue;
            }

            if (result is TlsErrorExplanation explanation)
            {
                Add(explanation);
                continue;
            }

            _allTrusted = false;
            WriteFault(
                ErrorId.InvalidInput,
                $"Test-TlsEndpoint judges reports of its own again; a {result.GetType().Name} is none.",
                "Give the endpoint itself; certificates without an endpoint are judged by Get-CertificateChain.",
                result);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _pump?.Complete(Emit);
        if (_fleet is { HasInput: true })
        {
            Drain(_fleet.RunAsync(Emit, action: null, StopToken), reply => reply());
        }

        _progress?.End();
        if (Quiet && All)
        {
            // An empty list is a mistake somewhere before, not a proof of trust.
            WriteObject(_allTrusted && _anyTested);
        }
    }

    private void Add(Endpoint endpoint)
    {
        if (endpoint.Error is not null)
        {
            _allTrusted = false;
            WriteFault(ErrorId.InvalidEndpoint, endpoint.Error,
                "Give host, host:port, [v6]:port, or a URI such as https://host or smtp://host; certificate files are for " +
                "Get-CertificateChain.", endpoint.Input, line: endpoint.Line);
            return;
        }

        if (Unique && !(_seen ??= new(StringComparer.Ordinal)).Add($"{endpoint} {endpoint.Address}"))
        {
            WriteVerbose($"{endpoint} again: tested once");
            return;
        }

        if (_fleet is not null)
        {
            _fleet.Gather(nameof(Endpoint), [endpoint]);
            return;
        }

        _pump ??= new((endpoints, stop) => EndpointTester.TestAsync(endpoints, _options, stop), StopToken);
        _pump.Add(endpoint, Emit);
    }

    private void Add(TlsErrorExplanation explanation)
    {
        if (explanation.Endpoint is null)
        {
            WriteWarning($"'{explanation.Message}' names no host: nothing to test.");
            return;
        }

        Add(TlsTrust.Endpoint.Parse(explanation.Endpoint));
    }

    // What comes from another machine; one that failed has not said that anything is trusted.
    private void Emit(MachineResult result)
    {
        if (result is EndpointReport report)
        {
            Emit(report);
            return;
        }

        _allTrusted = false;
        if (!Quiet)
        {
            WriteObject(result);
        }
        else if (!All)
        {
            WriteObject(false);
        }

        if (ErrorIfUntrusted && result is MachineFailure failure)
        {
            WriteFault(ErrorId.EndpointUnreachable, $"{failure.Machine}: {failure.Summary}", failure.Remedy, failure);
        }
    }

    private void Emit(EndpointReport report)
    {
        WriteTrace();
        bool trusted = report.Verdict == Verdict.Trusted;
        _progress ??= new(this, "Test-TlsEndpoint", "not trusted")
        {
            Total = MyInvocation.ExpectingInput || AllAddresses || MailExchanger ? 0 : Endpoint.Length,
        };
        _progress.Add(!trusted);
        _allTrusted &= trusted;
        _anyTested = true;
        if (!Quiet)
        {
            WriteObject(AskedAlone ? report with { AskedAlone = true } : report);
        }
        else if (!All)
        {
            WriteObject(trusted);
        }

        if (ErrorIfUntrusted && !trusted)
        {
            string remedy = report.Findings.FirstOrDefault(finding => finding.Remedy.Length > 0)?.Remedy
                ?? "See the findings of the report.";
            WriteFault(report.Verdict == Verdict.Untrusted ? ErrorId.EndpointUntrusted
                : ErrorId.EndpointUnreachable, report.Summary, remedy, report);
        }
    }

    // One endpoint as an argument is a question by itself; one of a pipeline is a row of a list.
    private bool AskedAlone =>
        !MyInvocation.ExpectingInput && Endpoint.Length == 1 && !AllAddresses && !MailExchanger && ExpectedCertificate.Length == 0;
}
