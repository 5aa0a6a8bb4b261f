using System.Management.Automation;
using System.Text;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Files;
using TlsTrust.Rendering;

namespace TlsTrust.PowerShell;

/// <summary>Makes a picture of a chain, or the file that the server should be given.</summary>
[Cmdlet(VerbsData.Export, "CertificateChain", HelpUri = HelpPage.Root + "Export-CertificateChain.md", SupportsShouldProcess = true)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportCertificateChainCommand : TlsTrustCommand
{
    // Boxed, since a field of an engine's enum would load the engine when the module is imported.
    private object? _format;
    private readonly List<CertificateChain> _chains = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ResultTransformation]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public IResult[] InputObject { get; set; } = [];

    [Parameter]
    public ChainPictureFormat? As { get => (ChainPictureFormat?)_format; set => _format = value; }

    [Parameter(Position = 0)]
    [Alias("OutFile")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    [Parameter]
    public SwitchParameter IncludeRoot { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // A form's bare name was the first argument once, and is no file's name.
        if (As is null && Enum.TryParse(Destination, ignoreCase: true, out ChainPictureFormat named) && Enum.IsDefined(named)
            && !char.IsDigit(Destination![0]))
        {
            As = named;
            Destination = null;
        }

        As ??= Destination is null ? null : ChainPicture.FormatOf(Destination);
        if (As is null)
        {
            ThrowFault(
                ErrorId.InvalidCombination,
                Destination is null ? "Neither -As nor -Destination says what the chain is to be."
                    : $"'{Destination}' does not say what the chain is to be.",
                $"Give -As, or a file that ends in {string.Join(", ", ChainPicture.Extensions)}.",
                Destination);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (IResult result in InputObject)
        {
            switch (result)
            {
                case CertificateChain chain:
                    _chains.Add(chain);
                    break;
                case EndpointReport report:
                    _chains.Add(ChainInspector.Convert(report));
                    break;
                default:
                    WriteFault(ErrorId.InvalidInput,
                        $"Export-CertificateChain takes chains and reports; a {result.GetType().Name} is neither.",
                            "Pipe Get-CertificateChain or Test-TlsEndpoint into it.", result);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ChainPictureFormat format = As!.Value;
        List<CertificateChain> drawn = [];
        foreach (CertificateChain chain in _chains)
        {
            if (ChainPicture.Draw(chain, format, IncludeRoot).Length > 0)
            {
                drawn.Add(chain);
                continue;
            }

            WriteFault(ErrorId.NoCertificateFound, $"{chain.Origin} has no certificates to export.",
                "See its report for why none arrived.", chain);
        }

        if (Destination is null)
        {
            WriteObject(drawn.Select(chain => ChainPicture.Draw(chain, format, IncludeRoot)), enumerateCollection: true);
        }
        else if (format == ChainPictureFormat.Pem && drawn.Count > 1)
        {
            ThrowFault(ErrorId.InvalidCombination, $"A server has one file, and these are {drawn.Count} chains.",
                "Export them one by one: ForEach-Object { $_ | Export-CertificateChain -As Pem … }.", Destination);
        }
        else if (drawn.Count > 0)
        {
            Save(ChainPicture.Draw(drawn, format, IncludeRoot));
        }
    }

    private void Save(string picture)
    {
        string? file = FilePaths.Destination(this, Destination!, WriteError);
        if (file is null)
        {
            return;
        }

        if (File.Exists(file) && !Force)
        {
            WriteFault(ErrorId.FileExists, $"'{file}' exists.", "Give another -Destination, or -Force to overwrite it.", file);
            return;
        }

        if (ShouldProcess(file, $"Write the chain as {As}"))
        {
            try
            {
                AtomicFile.Write(file, Encoding.UTF8.GetBytes(picture), new() { Overwrite = Force });
                WriteObject(new FileInfo(file));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WriteFault(ErrorId.FileNotWritable, $"'{file}' can't be written: {fault.Message}", "Check the folder and the rights on it.",
                    file, fault);
            }
        }
    }
}
