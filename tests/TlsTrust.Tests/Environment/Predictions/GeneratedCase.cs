using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>One configuration, and what was done for it.</summary>
internal sealed class GeneratedCase(string home, Random random, NamedStores stores)
{
    public string Home { get; } = home;

    public Random Random { get; } = random;

    public string Url { get; set; } = string.Empty;

    public Dictionary<string, string> Variables { get; } = [];

    public List<string> Moves { get; } = [];

    public void Maybe(int oneOf, Action move)
    {
        if (Random.Next(oneOf) == 0)
        {
            move();
        }
    }

    public T Choose<T>(params T[] all) => all[Random.Next(all.Length)];

    // Mostly what works, so that what comes first can be seen.
    public string File() => Random.Next(3) > 0 ? stores.Files[Random.Next(5)] : Choose(stores.Files);

    public string Folder() => Choose(stores.Folders);

    public string KeyStore() => Choose(stores.KeyStores);

    public string Inline(X509Certificate2 certificate) =>
        MadeMachine.Pem(certificate).Trim().Replace("\n", "\\n", StringComparison.Ordinal);

    public void Variable(string name, string value)
    {
        Variables[name] = value;
        Moves.Add($"{name}={value[(value.LastIndexOf('/') + 1)..]}");
    }

    public string Write(string path, string content)
    {
        string full = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllText(full, content);
        Moves.Add($"{path}: {content.Replace("\n", " | ", StringComparison.Ordinal)}");
        return full;
    }
}
