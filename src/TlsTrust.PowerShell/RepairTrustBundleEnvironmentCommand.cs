using System.Management.Automation;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Repairs;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>Undoes switched-off verification.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "TrustBundleEnvironment", HelpUri = HelpPage.Root + "Repair-TrustBundleEnvironment.md",
    DefaultParameterSetName = ProgramSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange), typeof(MachineFailure))]
public sealed class RepairTrustBundleEnvironmentCommand : FleetCommand
{
    private const string ProgramSet = "Program";
    private const string InputObjectSet = "InputObject";
    private const string UndoSet = "Undo";

    private readonly List<InsecureSetting> _settings = [];
    private Fleet? _fleet;

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(Position = 0, ParameterSetName = ProgramSet)]
    [ArgumentCompleter(typeof(ProgramCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Program { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = UndoSet)]
    public SwitchParameter Undo { get; set; }

    [Parameter(ParameterSetName = ProgramSet)]
    [Parameter(ParameterSetName = UndoSet)]
    [ValidateSet("Process", "User", "Machine", "All")]
    public string Scope { get; set; } = "All";

    /// <inheritdoc/>
    protected override void BeginProcessing() => _fleet = FleetOf(nameof(InputObject));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_fleet is not null)
        {
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        foreach (IResult result in InputObject)
        {
            if (IsElsewhere(result))
            {
                continue;
            }

            switch (result)
            {
                case InsecureSetting setting:
                    _settings.Add(setting);
                    break;
                case ProgramTrust trust:
                    _settings.AddRange(trust.Insecure);
                    break;
                case TlsErrorExplanation { Program: { } program }:
                    _settings.AddRange(InsecureScan.Find(ThisMachine.Open(this), ThisMachine.Programs([program], (_, _) => { }), null));
                    break;
                case TlsErrorExplanation explanation:
                    WriteWarning($"'{explanation.Message}' is of no program that the catalogue knows.");
                    break;
                default:
                    WriteFault(ErrorId.InvalidInput, $"A {result.GetType().Name} says nothing about switched-off verification.",
                        "Pipe in what Get-TrustBundleEnvironment -Insecure or Resolve-TlsError gives.", result);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_fleet is not null)
        {
            if (_fleet.HasInput || ParameterSetName != InputObjectSet)
            {
                string what = Undo ? "Put back what a repair took away" : "Switch verification on again";
                Drain(_fleet.RunAsync(WriteObject, what, StopToken), reply => reply());
            }

            return;
        }

        IMachine machine = ThisMachine.Open(this);
        if (Undo)
        {
            PutBack(new TrustRepair(machine));
            return;
        }

        if (ParameterSetName == ProgramSet)
        {
            _settings.AddRange(InsecureScan.Find(
                machine,
                ThisMachine.Programs(Program, (id, known) =>
                    WriteFault(ErrorId.InvalidInput, $"'{id}' is no program of the catalogue.", $"Known are: {known}.", id)),
                Scope == "All" ? null : [Enum.Parse<TrustScope>(Scope)]));
        }

        List<InsecureSetting> chosen = [.. _settings.Distinct().Where(setting => !apply(setting))];
        HashSet<InsecureSetting> agreed = [.. _settings.Distinct().Except(chosen)];
        Repair(machine, agreed, apply: true);
        Repair(machine, chosen, apply: false);

        bool apply(InsecureSetting setting) =>
            ShouldProcess(setting.File is null ? $"{setting.Scope} variable {setting.Setting}"
                : $"{setting.File}, line {setting.Line}", $"Switch {setting.TurnsOff} of {setting.Program} on again");
    }

    private void PutBack(TrustRepair repair)
    {
        foreach (TrustScope scope in TrustRepair.Scopes.Where(scope => Scope == "All" || Scope == scope.ToString()))
        {
            try
            {
                IReadOnlyList<TrustEnvironmentChange> planned = repair.PutBack(scope, apply: false);
                if (planned.Count == 0)
                {
                    continue;
                }

                bool apply = ShouldProcess(
                    $"{scope} scope: {string.Join(", ", planned.Select(change => change.File ?? change.Setting).Distinct())}",
                    "Put back what was there before the repair: verification is off again");
                WriteObject(apply ? repair.PutBack(scope, apply: true) : planned, enumerateCollection: true);
            }
            catch (ProvisioningException fault)
            {
                WriteError(Refused.Record(fault, scope.ToString()));
            }
        }
    }

    private void Repair(IMachine machine, IReadOnlyCollection<InsecureSetting> which, bool apply)
    {
        TrustRepair repair = new(machine);

        // File by file: one that can't be written says nothing about the others.
        foreach (IGrouping<string?, InsecureSetting> place in which.GroupBy(setting => setting.File))
        {
            try
            {
                foreach (TrustEnvironmentChange change in repair.Repair([.. place], apply))
                {
                    WriteObject(change);
                }
            }
            catch (ProvisioningException fault)
            {
                WriteError(Refused.Record(fault, place.Key));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileNotWritable, fault.Message, "Check the file's permissions; nothing in it was changed.", place.Key,
                    fault);
            }
        }
    }
}
