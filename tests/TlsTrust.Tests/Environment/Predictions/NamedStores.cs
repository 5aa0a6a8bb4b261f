using System.Security.Cryptography.X509Certificates;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>Stores that settings can name: sound, damaged, empty, missing.</summary>
internal sealed class NamedStores
{
    public NamedStores(MadeMachine made, X509Certificate2 leaf)
    {
        string ours = MadeMachine.Pem(MadeMachine.PrivateRoot), other = MadeMachine.Pem(MadeMachine.OtherRoot),
            system = MadeMachine.Pem(MadeMachine.PublicRoot);
        Files =
        [
            made.Write("root/stores/ours.pem", ours), made.Write("root/stores/ours-too.pem", system + ours),
                made.Write("root/stores/other.pem", other), made.Write("root/stores/both.pem", other + ours),
                    made.Write("root/stores/public.pem", system),
            made.Write("root/stores/empty.pem", string.Empty), made.Write("root/stores/text.pem", "no certificate\n"),
                made.Write("root/stores/leaf.pem", MadeMachine.Pem(leaf)), Path.Combine(made.Root, "stores/missing.pem"),
        ];
        string plain = Path.GetDirectoryName(made.Write("root/stores/plain/ca.pem", ours))!;
        string hashed = Path.Combine(made.Root, "stores/hashed"), others = Path.Combine(made.Root, "stores/others");
        HashedDirectoryWriter.Write(hashed, [MadeMachine.Read(MadeMachine.PrivateRoot)]);
        HashedDirectoryWriter.Write(others, [MadeMachine.Read(MadeMachine.OtherRoot)]);
        Folders = [plain, hashed, others, Path.Combine(made.Root, "stores/none"),
            Directory.CreateDirectory(Path.Combine(made.Root, "stores/nothing")).FullName];
        KeyStores = [Path.Combine(made.Root, "stores/ours.p12"), Path.Combine(made.Root, "stores/other.p12"),
            Path.Combine(made.Root, "stores/none.p12")];
        System.IO.File.WriteAllBytes(KeyStores[0], JavaTrustStoreWriter.Write([MadeMachine.Read(MadeMachine.PrivateRoot)]));
        System.IO.File.WriteAllBytes(KeyStores[1], JavaTrustStoreWriter.Write([MadeMachine.Read(MadeMachine.OtherRoot)]));
    }

    public string[] Files { get; }

    public string[] Folders { get; }

    public string[] KeyStores { get; }
}
