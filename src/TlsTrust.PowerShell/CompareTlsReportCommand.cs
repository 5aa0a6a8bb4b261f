using System.Management.Automation;
using TlsTrust.Diagnosis;

namespace TlsTrust.PowerShell;

/// <summary>Says what became of endpoints since an earlier run: new, gone, another verdict, renewed.</summary>
[Cmdlet(VerbsData.Compare, "TlsReport", HelpUri = HelpPage.Root + "Compare-TlsReport.md")]
[OutputType(typeof(ReportDifference), typeof(bool))]
public sealed class CompareTlsReportCommand : TlsTrustCommand
{
    private ReportComparison _comparison = null!;
    private bool _isWorse;
    private bool _any;

    [Parameter(Mandatory = true, Position = 0)]
    [AllowEmptyCollection]
    public object[] Reference { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter]
    public SwitchParameter IncludeSame { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
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
            if (result is EndpointReport report)
            {
                _any = true;
                Emit(_comparison.Compare(report));
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
        foreach (ReportDifference gone in _comparison.Gone())
        {
            Emit(gone);
        }

        if (Quiet)
        {
            // A run without a report is a mistake somewhere before, not a proof that nothing got worse.
            WriteObject(_any && !_isWorse);
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
