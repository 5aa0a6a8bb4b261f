using System.Management.Automation;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Machines;

namespace TlsTrust.PowerShell;

/// <summary>Says what became of endpoints since an earlier run: new, gone, another verdict, renewed.</summary>
[Cmdlet(VerbsData.Compare, "TlsReport", HelpUri = HelpPage.Root + "Compare-TlsReport.md",
    DefaultParameterSetName = ReferenceSet)]
[OutputType(typeof(ReportDifference), typeof(bool), ParameterSetName = [ReferenceSet])]
[OutputType(typeof(MachineDifference), typeof(bool), ParameterSetName = [MachinesSet])]
public sealed class CompareTlsReportCommand : TlsTrustCommand
{
    private const string ReferenceSet = "Reference";
    private const string MachinesSet = "Machines";

    private ReportComparison? _comparison;
    private MachineComparison? _machines;
    private bool _isWorse;
    private bool _any;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ReferenceSet)]
    [AllowEmptyCollection]
    public object[] Reference { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = MachinesSet)]
    public SwitchParameter AcrossMachines { get; set; }

    [Parameter]
    public SwitchParameter IncludeSame { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == MachinesSet)
        {
            _machines = new();
            return;
        }

        // A saved run may hold chains and files beside its reports.
        object?[] results = [.. Reference.Select(Rehydration.Restore)];
        _comparison = new(results.OfType<EndpointReport>());
        if (results.Length > 0 && !results.OfType<EndpointReport>().Any())
        {
            ThrowFault(ErrorId.InvalidInput, "-Reference holds no report of an endpoint.",
                "Give what Test-TlsEndpoint made in the earlier run: (Import-Clixml ./yesterday.xml).", Reference);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (IResult result in InputObject)
        {
            if (_machines is not null)
            {
                Add(_machines, result);
            }
            else if (result is EndpointReport report)
            {
                _any = true;
                Emit(_comparison!.Compare(report));
            }
            else
            {
                WriteFault(ErrorId.InvalidInput, $"Compare-TlsReport compares reports of endpoints; a {result.GetType().Name} is none.",
                    "Pipe Test-TlsEndpoint into it.", result);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (ReportDifference gone in _comparison?.Gone() ?? [])
        {
            Emit(gone);
        }

        foreach (MachineDifference difference in _machines?.Differences() ?? [])
        {
            Emit(difference);
        }

        if (Quiet)
        {
            // A run without a report is a mistake somewhere before, not a proof that nothing got worse.
            WriteObject(_any && !_isWorse);
        }
    }

    private void Add(MachineComparison machines, IResult result)
    {
        if (machines.TryAdd(result))
        {
            _any = true;
            return;
        }

        WriteFault(ErrorId.InvalidInput,
            $"Machines are compared by reports of endpoints and by what programs trust; a {result.GetType().Name} is neither.",
            "Pipe Test-TlsEndpoint -Session or Get-TrustBundleEnvironment -Session into it.", result);
    }

    private void Emit(MachineDifference difference)
    {
        bool same = difference.Decides == DecidingDifference.None;
        _isWorse |= !same;
        if (!Quiet && (IncludeSame || !same))
        {
            WriteObject(difference);
        }
    }

    private void Emit(ReportDifference difference)
    {
        _isWorse |= difference.IsWorse;
        if (!Quiet && (IncludeSame || !difference.Changes.Contains(ReportChange.Same)))
        {
            WriteObject(difference);
        }
    }
}
