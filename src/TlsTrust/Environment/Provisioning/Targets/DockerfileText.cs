using System.Text.Encodings.Web;
using System.Text.Json;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>Lines for a Dockerfile. The files lie in the build context, the variables name where they are in the image; for a known base
/// the system's own store gets the CA too, for programs that read nothing else.</summary>
internal static class DockerfileText
{
    private const string WindowsFolder = @"C:\ProgramData\TlsTrust";

    public static string FolderThere(ImageBase? image) => image == ImageBase.Windows ? WindowsFolder : TargetText.ThereFolder;

    public static IEnumerable<string> Lines(TargetContext context)
    {
        string folder = context.Base == ImageBase.Windows ? "C:/ProgramData/TlsTrust/" : context.Folder + "/";
        yield return $"COPY [{Json(context.FolderHere + "/")}, {Json(folder)}]";
        foreach ((string name, string value) in context.Variables)
        {
            yield return VariableText.For(ProvisionTarget.Dockerfile, name, value);
        }

        if (context.Added.Count == 0)
        {
            yield break;
        }

        // The tools take one certificate a file, and Debian's only the ending .crt.
        string added = FolderNames.AddedCas;
        switch (context.Base)
        {
            case ImageBase.Debian or ImageBase.Alpine when context.Files.ContainsKey(added):
                yield return "RUN mkdir -p /usr/local/share/ca-certificates \\";
                yield return $" && awk '/-----BEGIN CERTIFICATE-----/ {{ n++; keep = 1 }} keep {{ print > " +
                    $"\"/usr/local/share/ca-certificates/tlstrust-\" n \".crt\" }} /-----END CERTIFICATE-----/ {{ keep = 0 }}' " +
                    $"{context.Folder}/{added} \\";
                yield return " && update-ca-certificates";
                break;
            case ImageBase.RedHat when context.Files.ContainsKey(added):
                yield return $"RUN cp {context.Folder}/{added} /etc/pki/ca-trust/source/anchors/tlstrust.pem && update-ca-trust";
                break;
            case ImageBase.Windows when context.Files.ContainsKey(added):
                yield return $"RUN certoc.exe -addstore root {WindowsFolder}\\{added}";
                break;
            default:
                break; // any Linux, distroless too: files and variables, no step that needs a tool in the image
        }
    }

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
