using System.Management.Automation;
using System.Net;
using System.Security;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell;

/// <summary>What checking and repairing PEM files have in common: the files, and how they are judged.</summary>
public abstract class PemBundleCommand : TlsTrustCommand
{
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";
    private protected const string InputObjectSet = "InputObject";
    private protected const string CertificateSet = "Certificate";

    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? _kind;
    private object? _lineEnding;

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public PemBundleKind Kind { get => (PemBundleKind)(_kind ?? PemBundleKind.Auto); set => _kind = value; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public SecureString? Password { get; set; }

    [Parameter]
    public SwitchParameter IncludeRoot { get; set; }

    [Parameter]
    public SwitchParameter RemoveExpired { get; set; }

    [Parameter]
    public LineEnding LineEnding { get => (LineEnding)(_lineEnding ?? LineEnding.Lf); set => _lineEnding = value; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustStore { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public DateTime At { get; set; }

    /// <summary>How files are judged.</summary>
    private protected BundleRepairOptions Options { get; private set; } = null!;

    /// <summary>The store that a server's path should lead to.</summary>
    private protected TrustStore Store { get; private set; } = null!;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Store = SharedParameters.Store(this, TrustStore);
        Options = new BundleRepairOptions
        {
            Kind = Kind,
            Key = KeyPath is null ? null : ReadKey(FilePaths.One(this, KeyPath, ThrowTerminatingError)),
            Password = Password is null ? null : new NetworkCredential("", Password).Password,
            IncludeRoot = IncludeRoot,
            RemoveExpired = RemoveExpired,
            LineEnding = (LineEnding?)_lineEnding,
            Anchors = new([.. PublicRootSet.BuiltIn.Roots, .. Store.Anchors.Select(anchor => anchor.Certificate)]),
            At = SharedParameters.At(this, At) ?? DateTime.UtcNow,
        };
    }

    /// <summary>The files behind what a user wrote: of a folder, those that hold certificates by their names.</summary>
    private protected IEnumerable<string> Files(IEnumerable<string> paths, bool literal) =>
        FilePaths.Resolve(this, paths, literal, Unusable).SelectMany(path =>
        {
            List<string> files = [];
            Guarded(path, () =>
            {
                files.AddRange(BundleFiles.Of(path));
                if (files.Count == 0)
                {
                    Unusable(Fault.Record(ErrorId.NoCertificateFound, $"There is no certificate file in the folder '{path}'.",
                        $"Name the files. Of a folder those are taken that end in {BundleFiles.Names} or have hashed names.", path));
                }
            });
            return files;
        });

    /// <summary>Does something with a file; what goes wrong in reading is an error for this file only.</summary>
    private protected void Guarded(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Unusable(Fault.Record(ErrorId.FileUnreadable, $"'{path}' can't be read: {fault.Message}",
                "Check that the file is there and may be read by this user.", path, fault));
        }
    }

    /// <summary>Says that an input gives no report.</summary>
    private protected virtual void Unusable(ErrorRecord error) => WriteError(error);

    private ReadOnlyMemory<byte>? ReadKey(string path)
    {
        try
        {
            return CertificateFile.ReadBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ThrowFault(ErrorId.FileUnreadable, $"The key file '{path}' can't be read: {fault.Message}",
                "Check that the file is there and may be read by this user.", path, fault);
            return null;
        }
    }
}
