using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Probes;
using TlsTrust.Environment.Provisioning;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>Makes programs trust a private CA, with the public roots kept and verification on.</summary>
[Cmdlet(VerbsCommon.Set, "TrustBundleEnvironment", HelpUri = HelpPage.Root + "Set-TrustBundleEnvironment.md",
    DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange), typeof(MachineFailure))]
[OutputType(typeof(string))]
public sealed class SetTrustBundleEnvironmentCommand : FleetCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string CertificateSet = "Certificate";
    private const string InputObjectSet = "InputObject";

    private readonly List<CandidateAnchor> _anchors = [];
    private Fleet? _fleet;

    // Boxed: a field of an engine's enum would load the engine when the module is imported.
    private object? _target;
    private object? _imageBase;

    [Parameter(Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public X509Certificate2[] Certificate { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(PublicRootsCompleter))]
    [ValidateNotNullOrEmpty]
    public string? PublicRoots { get; set; }

    [Parameter]
    [ValidateSet("Process", "User", "Machine")]
    public string Scope { get; set; } = "Process";

    [Parameter]
    public ProvisionTarget? Target { get => (ProvisionTarget?)_target; set => _target = value; }

    [Parameter]
    [ArgumentCompleter(typeof(ProgramCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Program { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(TrustVariableCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Variable { get; set; } = [];

    [Parameter]
    [Alias("OutFile")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    [Parameter]
    public SwitchParameter CaOnly { get; set; }

    [Parameter]
    public SwitchParameter HashedDirectory { get; set; }

    [Parameter]
    public SwitchParameter IncludeConfiguration { get; set; }

    [Parameter]
    public SwitchParameter IncludeSystemStore { get; set; }

    [Parameter]
    public SwitchParameter IncludeServices { get; set; }

    [Parameter]
    public ImageBase? ImageBase { get => (ImageBase?)_imageBase; set => _imageBase = value; }

    [Parameter]
    public SwitchParameter WithoutPublicRoots { get; set; }

    [Parameter]
    public SwitchParameter Replace { get; set; }

    [Parameter]
    public SwitchParameter AllowIntermediate { get; set; }

    [Parameter]
    [ValidatePattern("^[0-9A-Fa-f]{2}([: ]?[0-9A-Fa-f]{2}){31}$")]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string[] Fingerprint { get; set; } = [];

    [Parameter]
    [EndpointTransformation]
    [ArgumentCompleter(typeof(HostCompleter))]
    public Endpoint[] VerifyEndpoint { get; set; } = [];

    [Parameter]
    public SwitchParameter Verify { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Program.Length > 0 && Variable.Length > 0)
        {
            ThrowFault(ErrorId.InvalidCombination, "-Program and -Variable both say what is to be set.", "Give one of them.", null);
        }

        if (ParameterSetName == PathSet && Path.Length == 0 && PublicRoots is null && !MyInvocation.ExpectingInput)
        {
            ThrowFault(ErrorId.InvalidCombination, "Neither a CA nor -PublicRoots is given.",
                "Give a file with the CA's certificate as -Path, or -PublicRoots Auto.", null);
        }

        if (_target is not null && MyInvocation.BoundParameters.ContainsKey(nameof(Scope)))
        {
            ThrowFault(ErrorId.InvalidCombination, "-Target writes text for somewhere else, -Scope sets variables here.",
                "Give one of them.", null);
        }

        if (_target is not null && Session.Length > 0)
        {
            ThrowFault(ErrorId.InvalidCombination, "-Target writes text for somewhere else, and needs no session.", "Give one of them.",
                null);
        }

        _fleet = FleetOf(nameof(Path), nameof(LiteralPath), nameof(Certificate), nameof(InputObject));
        if (_fleet is not null && Scope == "Process")
        {
            WriteWarning("The scope Process ends with the session; -Scope User or Machine stays.");
        }

        foreach (Endpoint endpoint in VerifyEndpoint)
        {
            if (endpoint.Error is { } error)
            {
                ThrowFault(ErrorId.InvalidEndpoint, error, "Give host, host:port or a URI as -VerifyEndpoint.", endpoint.Input);
            }
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // A result goes along whole: there, too, a root that came from the network needs its fingerprint.
        if (_fleet is not null && ParameterSetName == InputObjectSet)
        {
            _fleet.Gather(nameof(InputObject), InputObject);
            return;
        }

        foreach (string file in FilePaths.Resolve(this, ParameterSetName == LiteralPathSet ? LiteralPath
            : Path, ParameterSetName == LiteralPathSet, WriteError))
        {
            try
            {
                IReadOnlyList<CandidateAnchor> found = AnchorInput.FromPath(file);
                _anchors.AddRange(found);
                if (found.Count == 0)
                {
                    WriteFault(ErrorId.NoCertificateFound, $"'{file}' holds no certificate.",
                        "Give a file with the CA's certificate, in PEM, DER or PKCS#7 form.", file);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileUnreadable, $"'{file}' can't be read: {fault.Message}", "Check the file's permissions.", file,
                    fault);
            }
        }

        _anchors.AddRange(
            Certificate.Select(certificate => new CandidateAnchor(TlsTrust.Certificates.Certificate.From(certificate), "the pipeline")));
        foreach (IResult result in InputObject)
        {
            IReadOnlyList<CandidateAnchor> found = AnchorInput.FromResult(result);
            if (found.Count == 0)
            {
                WriteWarning($"{result.GetType().Name} '{result}' holds no CA certificate and is skipped.");
            }

            _anchors.AddRange(found);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_fleet is not null)
        {
            // The certificates go, never the paths of this machine.
            _fleet.GatherCertificates(nameof(Certificate), _anchors.Select(anchor => anchor.Certificate.RawData.ToArray()));
            if (_fleet.HasInput || (PublicRoots is not null && ParameterSetName == PathSet && Path.Length == 0))
            {
                string what = _anchors.Count > 0 ? $"Trust {string.Join(", ", _anchors.Select(anchor => anchor.Certificate.Subject))}"
                    : "Set the trust store";
                Drain(_fleet.RunAsync(WriteObject, $"{what} ({Scope} scope)", StopToken), reply => reply());
            }

            return;
        }

        if (_anchors.Count == 0 && !(PublicRoots is not null && ParameterSetName == PathSet && Path.Length == 0))
        {
            return; // what could not be used has been reported item by item
        }

        try
        {
            Provision();
        }
        catch (ProvisioningException fault)
        {
            WriteError(Refused.Record(fault, _anchors.Count > 0 ? _anchors[0].Certificate.Subject.ToString() : PublicRoots));
        }
    }

    private void Provision()
    {
        string? destination = Destination is null ? null : FilePaths.Destination(this, Destination, ThrowTerminatingError);
        IMachine machine = ThisMachine.Open(this);
        TrustProvisioner provisioner = new(machine);
        ProvisionPlan plan = provisioner.Plan(new ProvisionRequest
        {
            Anchors = _anchors,
            Scope = Enum.Parse<TrustScope>(Scope),
            Target = Target,
            Programs = Program.Length > 0 ? Program : null,
            Variables = Variable.Length > 0 ? Variable : null,
            Destination = destination,
            CaOnly = CaOnly,
            HashedDirectory = HashedDirectory,
            IncludeConfiguration = IncludeConfiguration,
            WithoutPublicRoots = WithoutPublicRoots,
            Replace = Replace,
            PublicRoots = PublicRoots is null || PublicRootsCompleter.Known.Contains(PublicRoots, StringComparer.OrdinalIgnoreCase)
                ? PublicRoots : FilePaths.Destination(this, PublicRoots, ThrowTerminatingError),
            IncludeServices = IncludeServices,
            IncludeSystemStore = IncludeSystemStore,
            ImageBase = ImageBase,
            AllowIntermediate = AllowIntermediate,
            Fingerprints = Fingerprint,
            Force = Force,
        });
        foreach (string note in plan.Notes)
        {
            WriteVerbose(note);
        }

        foreach (string warning in plan.Warnings)
        {
            WriteWarning(warning);
        }

        bool apply = ShouldProcess(plan.Target, plan.Action);
        IReadOnlyList<TrustEnvironmentChange> changes = apply ? provisioner.Apply(plan) : plan.Changes;
        if (plan.Request.Target is not null and not ProvisionTarget.GitHubActions)
        {
            WriteObject(plan.Lines, enumerateCollection: true);
            return;
        }

        AnchorProbe probe = new(machine, plan);
        ScanProgress progress = new(this, "Set-TrustBundleEnvironment", "not confirmed") { Total = changes.Count };

        // What has the same effect stands together: the view says it once.
        foreach (TrustEnvironmentChange change in changes.GroupBy(change => (change.After, change.Effect)).SelectMany(group => group))
        {
            ThrowIfStopping();
            TrustEnvironmentChange known = apply && Verify ? probe.Confirm(change) : change;
            known = apply ? ProgramProbe.Confirm(machine, known, VerifyEndpoint) : known;
            progress.Add(known.Verified is ChangeCheck.Failed or ChangeCheck.Refused or ChangeCheck.Overridden);
            WriteObject(known);
        }

        progress.End();
    }
}
