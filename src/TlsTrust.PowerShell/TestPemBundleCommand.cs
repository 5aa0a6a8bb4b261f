using System.Management.Automation;
using System.Management.Automation.Runspaces;
using TlsTrust.Bundles;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>Says what is wrong with PEM files, line by line, and which clients it breaks; changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PemBundle", HelpUri = HelpPage.Root + "Test-PemBundle.md", DefaultParameterSetName = PathSet)]
[OutputType(typeof(PemRepairReport), ParameterSetName = [PathSet, LiteralPathSet, InputObjectSet])]
[OutputType(typeof(MachineFailure), ParameterSetName = [PathSet, LiteralPathSet, InputObjectSet])]
[OutputType(typeof(bool), ParameterSetName = [PathSet, LiteralPathSet, InputObjectSet])]
public sealed class TestPemBundleCommand : PemBundleCommand
{
    private Fleet? _fleet;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSSession[] Session { get; set; } = [];

    [Parameter]
    [ValidateRange(1, 1024)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int ThrottleLimit { get; set; } = 32;

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _fleet = Fleet.Of(this, Session, ThrottleLimit, nameof(Path), nameof(LiteralPath), nameof(InputObject));
        if (_fleet is null)
        {
            base.BeginProcessing();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_fleet is not null)
        {
            _fleet.Gather(nameof(Path), Path);
            _fleet.Gather(nameof(LiteralPath), LiteralPath);
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        switch (ParameterSetName)
        {
            case PathSet:
                Check(Path, literal: false, Options);
                break;
            case LiteralPathSet:
                Check(LiteralPath, literal: true, Options);
                break;
            default:
                foreach (IResult result in InputObject)
                {
                    if (IsElsewhere(result))
                    {
                        continue;
                    }

                    if (result is PemRepairReport report && BundleRepair.FileOf(report) is { Length: > 0 } file)
                    {
                        Check([file], literal: true, Options.After(report));
                    }
                    else
                    {
                        Unusable(Fault.Record(ErrorId.InvalidInput, $"Test-PemBundle checks files; a {result.GetType().Name} names none.",
                            "Give the file, or pipe in what Repair-PemBundle gives.", result));
                    }
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_fleet is { HasInput: true })
        {
            Drain(_fleet.RunAsync(Emit, action: null, StopToken), reply => reply());
        }
    }

    // A file that is not there is not sound: a script that looks at the answers only must not pass over it.
    private protected override void Unusable(ErrorRecord error)
    {
        base.Unusable(error);
        if (Quiet)
        {
            WriteObject(false);
        }
    }

    // A machine that failed has not said that a file is sound.
    private void Emit(MachineResult result) => WriteObject(Quiet ? result is PemRepairReport { IsSound: true } : result);

    private void Check(string[] paths, bool literal, BundleRepairOptions options)
    {
        foreach (string file in Files(paths, literal))
        {
            Guarded(file, () =>
            {
                PemRepairReport report = Await(BundleRepair.PlanAsync(file, options, finder: null, store: null, StopToken)).Report;
                Emit(report);
            });
        }
    }
}
