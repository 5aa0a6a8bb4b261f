using System.Management.Automation;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Discovery;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>Shows what every program on this machine trusts, and why.</summary>
[Cmdlet(VerbsCommon.Get, "TrustBundleEnvironment", HelpUri = HelpPage.Root + "Get-TrustBundleEnvironment.md",
    DefaultParameterSetName = ProgramSet)]
[OutputType(typeof(ProgramTrust), ParameterSetName = [ProgramSet, EndpointSet, InputObjectSet])]
[OutputType(typeof(InsecureSetting), ParameterSetName = [InsecureSet])]
[OutputType(typeof(FoundTrustStore), ParameterSetName = [StoreSet])]
[OutputType(typeof(MachineFailure))]
public sealed class GetTrustBundleEnvironmentCommand : FleetCommand
{
    private const string ProgramSet = "Program";
    private const string EndpointSet = "Endpoint";
    private const string InsecureSet = "Insecure";
    private const string StoreSet = "Store";
    private const string InputObjectSet = "InputObject";

    private IMachine? _machine;
    private TrustInspector? _inspector;
    private EndpointAcceptance? _acceptance;
    private ScanProgress? _progress;
    private Fleet? _fleet;

    [Parameter(Position = 0, ParameterSetName = ProgramSet)]
    [Parameter(Position = 0, ParameterSetName = EndpointSet)]
    [Parameter(Position = 0, ParameterSetName = InsecureSet)]
    [ArgumentCompleter(typeof(ProgramCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Program { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = EndpointSet)]
    [Alias("ComputerName", "DnsName", "Uri")]
    [EndpointTransformation]
    [ArgumentCompleter(typeof(HostCompleter))]
    public Endpoint[] Endpoint { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = ProgramSet)]
    [Parameter(ParameterSetName = EndpointSet)]
    [Parameter(ParameterSetName = InsecureSet)]
    [ValidateSet("Process", "User", "Machine", "All")]
    public string Scope { get; set; } = "";

    [Parameter(ParameterSetName = ProgramSet)]
    [Parameter(ParameterSetName = EndpointSet)]
    public SwitchParameter Installed { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = InsecureSet)]
    public SwitchParameter Insecure { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = StoreSet)]
    public SwitchParameter Store { get; set; }

    [Parameter]
    [Alias("ProcessId")]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int Id { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _fleet = FleetOf(nameof(Endpoint), nameof(InputObject));
        if (_fleet is not null)
        {
            return;
        }

        _machine = ThisMachine.Open(this, Id);
        _inspector = new TrustInspector(_machine);
        _acceptance = new EndpointAcceptance(_machine, _inspector);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_fleet is not null)
        {
            _fleet.Gather(nameof(Endpoint), Endpoint);
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        if (Store)
        {
            foreach (FoundTrustStore found in StoreDiscovery.Find(_machine!))
            {
                ThrowIfStopping();
                WriteObject(found);
            }

            return;
        }

        if (ParameterSetName == InputObjectSet)
        {
            foreach (IResult result in InputObject)
            {
                WriteTrustOf(result);
            }

            return;
        }

        IReadOnlyList<ProgramFacts>? programs =
            ThisMachine.Programs(Program, (id, known) =>
                WriteFault(ErrorId.InvalidInput, $"'{id}' is no program of the catalogue.", $"Known are: {known}.", id));
        if (programs is { Count: 0 } && Program.Length > 0)
        {
            return;
        }

        if (Insecure)
        {
            TrustScope[]? scopes = Scope is "" or "All" ? null : [Enum.Parse<TrustScope>(Scope)];
            WriteObject(InsecureScan.Find(_machine!, programs, scopes), enumerateCollection: true);
            return;
        }

        TrustScope[] views = Scope == "All" ? [TrustScope.Process, TrustScope.User, TrustScope.Machine]
            : [Scope.Length == 0 ? TrustScope.Process : Enum.Parse<TrustScope>(Scope)];
        foreach (TrustScope scope in views)
        {
            if (ParameterSetName == ProgramSet)
            {
                foreach (ProgramTrust trust in _inspector!.Inspect(programs, scope, Installed))
                {
                    ThrowIfStopping();
                    WriteObject(trust);
                }
            }

            foreach (Endpoint endpoint in Endpoint)
            {
                if (endpoint.Error is not null)
                {
                    WriteFault(ErrorId.InvalidEndpoint, endpoint.Error,
                        "Give host, host:port, [v6]:port, or a URI such as https://host or smtp://host.", endpoint.Input);
                    continue;
                }

                // From before the first question: the waiting is there, the rows come at once.
                _progress ??= new(this, "Get-TrustBundleEnvironment", "would refuse");
                Drain(_acceptance!.PredictAsync(endpoint, programs, scope, Installed, StopToken), Emit);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _progress?.End();
        if (_fleet is not null && (_fleet.HasInput || ParameterSetName is not (EndpointSet or InputObjectSet)))
        {
            Drain(_fleet.RunAsync(WriteObject, action: null, StopToken), reply => reply());
        }
    }

    private void Emit(ProgramTrust trust)
    {
        _progress?.Add(trust.Accepts == false);
        WriteObject(trust);
    }

    /// <summary>What the program trusts that wrote an error text.</summary>
    private void WriteTrustOf(IResult result)
    {
        if (result is not TlsErrorExplanation explanation)
        {
            WriteFault(
                ErrorId.InvalidInput, $"A {result.GetType().Name} names no program.",
                    "Pipe in what Resolve-TlsError gives, or name programs by -Program.", result);
        }
        else if (explanation.Program is null)
        {
            WriteWarning($"'{explanation.Message}' is of no program that the catalogue knows.");
        }
        else
        {
            foreach (ProgramTrust trust in _inspector!.Inspect(ThisMachine.Programs([explanation.Program], (_, _) => { })))
            {
                WriteObject(trust);
            }
        }
    }
}
