using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>A home of its own, and files that settings can name.</summary>
internal sealed class StatedCase
{
    private readonly MadeMachine _made;
    private readonly string _name;

    public StatedCase(MadeMachine made, int number, int port)
    {
        _made = made;
        _name = $"root/homes/{number}";
        Home = Directory.CreateDirectory(Path.Combine(made.Folder, _name)).FullName;
        Url = $"https://localhost:{port}";
        Ours = Write("ours.pem", OursText);
        Other = Write("other.pem", OtherText);
        Empty = Write("empty.pem", string.Empty);
        Text = Write("text.pem", "no certificate\n");
        Missing = Path.Combine(Home, "missing.pem");
        Hashed = Path.Combine(Home, "hashed");
        HashedDirectoryWriter.Write(Hashed, [MadeMachine.Read(MadeMachine.PrivateRoot)]);
    }

    public string Home { get; }

    /// <summary>The server that is asked.</summary>
    public string Url { get; }

    public string Ours { get; }

    public string Other { get; }

    public string Empty { get; }

    public string Text { get; }

    public string Missing { get; }

    public string Hashed { get; }

    public string OursText { get; } = MadeMachine.Pem(MadeMachine.PrivateRoot);

    public string OtherText { get; } = MadeMachine.Pem(MadeMachine.OtherRoot);

    public Dictionary<string, string> Variables { get; } = [];

    public void Set(string name, string value) => Variables[name] = value;

    public string Write(string path, string content) => _made.Write($"{_name}/{path}", content);
}
