namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>A program, language or library that writes error texts, and how it shows.</summary>
internal sealed record ErrorClient // lists can be set: the generated reader puts null into an init property that the file leaves out
{
    public required string Name { get; init; }

    /// <summary>
    /// A program (6) outranks the library it uses (5), that the language (4), the platform (3), the TLS library (2) and what is no more
    /// than a hint (1).
    /// </summary>
    public required int Rank { get; init; }

    /// <summary>The name it is known by, where two rows are needed for one program.</summary>
    public string? ShownAs { get; init; }

    /// <summary>Its id in the catalogue of programs, where that knows it.</summary>
    public string? Program { get; init; }

    /// <summary>Whose words it also writes: pip those of requests and Python.</summary>
    public IReadOnlyList<string> Of { get; set; } = [];

    /// <summary>The scheme of hosts that it names without one.</summary>
    public string? Scheme { get; init; }

    /// <summary>Words that only it writes.</summary>
    public IReadOnlyList<string> Marks { get; set; } = [];

    /// <summary>Words with which each of its reports begins.</summary>
    public IReadOnlyList<string> Begins { get; set; } = [];

    /// <summary>Words in the last line of each of its reports.</summary>
    public IReadOnlyList<string> Ends { get; set; } = [];

    /// <summary>Names under which it is called in a shell.</summary>
    public IReadOnlyList<string> Commands { get; set; } = [];
}
