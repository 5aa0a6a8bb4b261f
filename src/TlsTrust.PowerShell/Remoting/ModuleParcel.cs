using System.Collections;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>The module as it goes along to other machines: the files that run, packed, and what each must be.</summary>
internal sealed class ModuleParcel
{
    // Help is read by people, and they sit here.
    private static readonly string[] WhatRuns = [".dll", ".psd1", ".ps1xml"];

    private static readonly Lazy<ModuleParcel> OfThisModule =
        new(() => new(Path.GetDirectoryName(typeof(ModuleParcel).Assembly.Location)!));

    private readonly List<string> _files;
    private readonly string _base;
    private readonly Lazy<byte[]> _archive;

    private ModuleParcel(string folder)
    {
        _base = folder;
        string dependencies = Path.Combine(folder, "dependencies");
        string[] folders = Directory.Exists(dependencies) ? [folder, dependencies] : [folder];
        _files =
        [
            .. folders.SelectMany(Directory.EnumerateFiles).Where(file => WhatRuns.Contains(Path.GetExtension(file)))
                .Order(StringComparer.Ordinal),
        ];
        StringBuilder all = new();
        foreach (string file in _files)
        {
            using FileStream stream = File.OpenRead(file);
            string digest = Convert.ToHexString(SHA256.HashData(stream));
            Digests[NameOf(file)] = digest;
            all.Append(digest).Append(' ').Append(NameOf(file)).Append('\n');
        }

        Version = typeof(ModuleParcel).Assembly.GetName().Version!.ToString(3);
        Folder = $"{Version}-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..32]}";
        _archive = new(Pack);
    }

    /// <summary>The module that this code is of.</summary>
    public static ModuleParcel Here => OfThisModule.Value;

    /// <summary>The module's version.</summary>
    public string Version { get; }

    /// <summary>Name of the copy's folder: the version, and a digest of all files.</summary>
    public string Folder { get; }

    /// <summary>SHA-256 of each file by its path in the folder, with slashes.</summary>
    public Hashtable Digests { get; } = [];

    /// <summary>All files, as a ZIP archive; made when the first machine wants it.</summary>
    public byte[] Archive => _archive.Value;

    /// <summary>What runs on the other machine.</summary>
    public static string Script { get; } = ReadScript();

    private static string ReadScript()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("TlsTrust.PowerShell.Remoting.Machine.ps1")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private string NameOf(string file) => Path.GetRelativePath(_base, file).Replace('\\', '/');

    private byte[] Pack()
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string file in _files)
            {
                zip.CreateEntryFromFile(file, NameOf(file), CompressionLevel.Optimal);
            }
        }

        return packed.ToArray();
    }
}
