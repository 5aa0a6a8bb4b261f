namespace TlsTrust.Environment.Configuration;

/// <summary>How a configuration file is written.</summary>
public enum ConfigurationFormat
{
    /// <summary><c>[section]</c> and <c>name = value</c>; continuation lines are indented (pip, php, gcloud, aws, hg, svn).</summary>
    Ini,

    /// <summary>As <see cref="Ini"/>, where a comment may follow a value (npm).</summary>
    NpmRc,

    /// <summary>Git's own: subsections, comments behind values, names without a value.</summary>
    GitConfig,

    /// <summary>Command line options without their dashes, one a line.</summary>
    CurlRc,

    /// <summary><c>name = value</c>, where case, dashes and underscores do not count.</summary>
    WgetRc,

    /// <summary><c>name value</c> (Yarn 1).</summary>
    YarnRc,

    /// <summary>Nested mappings by indentation.</summary>
    Yaml,

    /// <summary>Tables and keys.</summary>
    Toml,

    /// <summary>JSON, with comments and trailing commas.</summary>
    Json,

    /// <summary>Java properties, <c>name=value</c>.</summary>
    Properties,

    /// <summary>Attributes of elements (NuGet.Config).</summary>
    Xml,

    /// <summary>Free text of command line options.</summary>
    Options,

    /// <summary>Erlang terms (<c>{unsafe_https,true}.</c>).</summary>
    Erlang,

    /// <summary>Assignments of a Bourne-like shell.</summary>
    Shell,

    /// <summary>Assignments of fish.</summary>
    Fish,

    /// <summary>Assignments of PowerShell.</summary>
    PowerShell,

    /// <summary><c>/etc/environment</c>, as pam_env reads it.</summary>
    Environment,

    /// <summary><c>environment.d</c>, as systemd reads it.</summary>
    EnvironmentD,

    /// <summary>Not one file but the files of a folder.</summary>
    Directory,
}
