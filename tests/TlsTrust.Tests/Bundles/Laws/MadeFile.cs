using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace TlsTrust.Tests.Bundles.Laws;

/// <summary>A generated file and the truth about it.</summary>
internal sealed class MadeFile
{
    private static readonly MadeGraph Graph = MadeGraph.Instance;

    private readonly Random _random;
    private readonly List<byte[]> _pieces = [];

    private MadeFile(int seed) => _random = new Random(seed);

    /// <summary>What was done, for the count of each kind and for the message of a failure.</summary>
    public HashSet<string> Kinds { get; } = [];

    /// <summary>Certificates that are in force in it, however written.</summary>
    public List<X509Certificate2> Certificates { get; } = [];

    /// <summary>The bytes of its keys and of other blocks.</summary>
    public List<byte[]> Others { get; } = [];

    /// <summary>Certificates that are commented out, and nowhere in force.</summary>
    public List<X509Certificate2> SwitchedOff { get; } = [];

    /// <summary>More than text around certificates, or a document of another kind.</summary>
    public bool IsNoCertificateFile { get; private set; }

    /// <summary>The file.</summary>
    public byte[] Bytes { get; private set; } = [];

    public static MadeFile Make(int seed)
    {
        MadeFile file = new(seed);
        file.Fill();
        return file;
    }

    private void Fill()
    {
        switch (_random.Next(8))
        {
            case 0 or 1:
                Kinds.Add("server A, cross-signed");
                Certificates.AddRange(Shuffled([Graph.Server, .. Graph.CrossSigned]));
                break;
            case 2:
                Kinds.Add("server B, its root the issuer");
                Certificates.AddRange(Shuffled([Graph.OtherServer, Graph.Roots[2]]));
                break;
            case 3:
                Kinds.Add("two servers");
                Certificates.AddRange(Shuffled([Graph.Server, Graph.CrossSigned[0], Graph.OtherServer]));
                break;
            case 4:
                Kinds.Add("a server among roots");
                Certificates.AddRange(Shuffled([Graph.Server, .. Graph.Roots]));
                break;
            case 5:
                Kinds.Add("expired beside valid");
                Certificates.AddRange(Shuffled([Graph.OtherServer, Graph.ExpiredServer, Graph.OldCrossSign]));
                break;
            case 6:
                Kinds.Add("trust with a renewed root");
                Certificates.AddRange(Shuffled([Graph.Roots[0], Graph.Renewed, Graph.Roots[1], Graph.CrossSigned[1]]));
                break;
            default:
                Kinds.Add("trust");
                Certificates.AddRange(Shuffled([.. Graph.Roots, .. Graph.CrossSigned]));
                break;
        }

        foreach (X509Certificate2 certificate in Certificates.ToArray())
        {
            AddCertificate(certificate);
            if (_random.Next(12) == 0)
            {
                Kinds.Add("a duplicate");
                AddCertificate(certificate);
            }
        }

        AddKeys();
        AddOff();
        Arrange();
    }

    private void AddCertificate(X509Certificate2 certificate)
    {
        string block = certificate.ExportCertificatePem() + "\n";
        (string kind, byte[] bytes) = _random.Next(24) switch
        {
            0 => ("indented", Ascii(Lines(block, l => "    " + l))),
            1 => ("quoted", Ascii(Lines(block, l => "> " + l))),
            2 => ("CRLF", Ascii(block.Replace("\n", "\r\n", StringComparison.Ordinal))),
            3 => ("escaped", Ascii(block.Replace("\n", "\\n", StringComparison.Ordinal) + "\n")),
            4 => ("one line", Ascii(OneLine(block))),
            5 => ("base64 once more", Ascii(Convert.ToBase64String(Ascii(block)) + "\n")),
            6 => ("base64 twice more", Ascii(Convert.ToBase64String(Ascii(Convert.ToBase64String(Ascii(block)))) + "\n")),
            7 => ("bare base64", Ascii(Convert.ToBase64String(certificate.RawData) + "\n")),
            8 => ("bare PKCS#7",
                Ascii(Convert.ToBase64String(new X509Certificate2Collection(certificate).ToPkcs7()) + "\n")),
            9 => ("binary in text", [.. certificate.RawData, (byte)'\n']),
            10 => ("UTF-16", Encoding.Unicode.GetBytes(block)),
            11 => ("UTF-16 with mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(block)]),
            12 => ("UTF-16 big-endian", Encoding.BigEndianUnicode.GetBytes(block)),
            13 => ("glued", Ascii(block.TrimEnd('\n'))),
            14 => ("label",
                Ascii(block.Replace(
                    "CERTIFICATE", Pick("Certificate", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "CERT/X.509"),
                        StringComparison.Ordinal))),
            15 => ("mark of UTF-8", [0xEF, 0xBB, 0xBF, .. Ascii(block)]),
            _ => ("plain", Ascii(block)),
        };
        Kinds.Add(kind);
        _pieces.Add(bytes);
    }

    private void AddKeys()
    {
        int keys = _random.Next(6);
        if (keys > 2)
        {
            return;
        }

        AsymmetricAlgorithm key = keys == 1 ? Graph.OtherKey : Graph.ServerKey;
        byte[] der = key.ExportPkcs8PrivateKey();
        string pem = key.ExportPkcs8PrivateKeyPem() + "\n";
        switch (_random.Next(9))
        {
            case 0:
                Kinds.Add("key under an odd label");
                Others.Add(der);
                _pieces.Add(
                    Ascii(pem.Replace(
                        "PRIVATE KEY", Pick("Ed25519 PRIVATE KEY", "EC/P256 PRIVATE KEY", "My private Key"), StringComparison.Ordinal)));
                break;
            case 1:
                Kinds.Add("key in UTF-16");
                Others.Add(der);
                _pieces.Add(Encoding.Unicode.GetBytes(pem));
                break;
            case 2:
                Kinds.Add("key as OpenSSL encrypted it");
                AddLegacyKey();
                break;
            case 3:
                Kinds.Add("key under a password");
                byte[] sealedKey = EncryptedPrivateKeyInfoFactory.CreateEncryptedPrivateKeyInfo(NistObjectIdentifiers.IdAes128Cbc,
                    PkcsObjectIdentifiers.IdHmacWithSha256, ['x'], RandomNumberGenerator.GetBytes(8), 1, new SecureRandom(),
                    PrivateKeyFactory.CreateKey(der)).GetDerEncoded();
                Others.Add(sealedKey);
                _pieces.Add(Ascii(PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", sealedKey) + "\n"));
                break;
            case 4:
                Kinds.Add("key escaped");
                Others.Add(der);
                _pieces.Add(Ascii(pem.Replace("\n", "\\n", StringComparison.Ordinal) + "\n"));
                break;
            default:
                Kinds.Add("key");
                Others.Add(der);
                _pieces.Add(Ascii(pem));
                break;
        }

        if (_random.Next(4) == 0)
        {
            AddStranger();
        }
    }

    private void AddLegacyKey()
    {
        byte[] content = new byte[640];
        _random.NextBytes(content);
        Others.Add(content);
        string blank = Pick("\n", "", "\n");
        string block = PemEncoding.WriteString("RSA PRIVATE KEY", content)
            .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1D04F2778D94D6D5F927DA7817D8D372\n" + blank,
                StringComparison.Ordinal) + "\n";
        _pieces.Add(_random.Next(3) switch
        {
            0 => Ascii(block.Replace("\n", "\\n", StringComparison.Ordinal) + "\n"),
            1 => Ascii(Lines(block, l => "> " + l)),
            _ => Ascii(block),
        });
    }

    // What belongs to other programs.
    private void AddStranger()
    {
        byte[] content = new byte[256];
        _random.NextBytes(content);
        switch (_random.Next(3))
        {
            case 0:
                Kinds.Add("OpenVPN's static key");
                string hex = Convert.ToHexString(content).ToLowerInvariant();
                Others.Add(Ascii(hex)); // by its text
                _pieces.Add(
                    Ascii("-----BEGIN OpenVPN Static key V1-----\n" + string.Concat(hex.Chunk(32).Select(l => new string(l) + "\n"))
                        + "-----END OpenVPN Static key V1-----\n"));
                break;
            case 1:
                Kinds.Add("a block of another program");
                Others.Add(Ascii("Version:1" + Convert.ToBase64String(content) + "=AbCd"));
                _pieces.Add(
                    Ascii("-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\n" + Convert.ToBase64String(content)
                        + "\n=AbCd\n-----END PGP PUBLIC KEY BLOCK-----\n"));
                break;
            default:
                Kinds.Add("an unknown label");
                Others.Add(content);
                _pieces.Add(Ascii(PemEncoding.WriteString("ACME SECRET", content) + "\n"));
                break;
        }
    }

    private void AddOff()
    {
        if (_random.Next(3) != 0)
        {
            return;
        }

        X509Certificate2 off = Graph.Roots[3];
        if (Certificates.Contains(off))
        {
            return;
        }

        string mark = Pick("#", "# ", ";", "// ", "REM ", "rem ", "!", "-- ", "--", "-", "> # ", "12:#", "ca.pem:7:#");
        Kinds.Add("switched off by " + mark.Trim());
        SwitchedOff.Add(off);
        _pieces.Add(Ascii("\n" + Lines(off.ExportCertificatePem() + "\n", l => mark + l)));
    }

    private void Arrange()
    {
        byte[][] pieces = Shuffled([.. _pieces]);
        List<byte> bytes = [];
        foreach (byte[] piece in pieces)
        {
            if (_random.Next(5) == 0)
            {
                Kinds.Add("text");
                bytes.AddRange(
                    Ascii(Pick(
                        "\n# a comment\n", "\nSome Root CA\n============\n", "\nsubject=CN = x, O = y\nissuer=CN = z\n",
                            "\nBag Attributes\n    friendlyName: srv\nKey Attributes: <No Attributes>\n")));
            }
            else if (bytes.Count > 0 && bytes[^1] != '\n' && bytes[^1] != '-' && bytes[^1] != 0)
            {
                bytes.Add((byte)'\n');
            }

            bytes.AddRange(piece);
        }

        Bytes = [.. bytes];
        Wrap();
    }

    // A file that holds certificates and is none of them.
    private void Wrap()
    {
        byte[] noise = [0x13, 0x37, 1, 2, 3, 0x1C, 0x88, 0x90, 0x05, 0xFA, 0xFB, 0x0E];
        (string Kind, byte[] Before, byte[] After)? wrap = _random.Next(60) switch
        {
            0 => ("a zip", [(byte)'P', (byte)'K', 3, 4, .. noise, (byte)'\n'], [(byte)'\n', .. noise]),
            1 => ("a program", [0x7F, (byte)'E', (byte)'L', (byte)'F', .. noise, (byte)'\n'], [(byte)'\n', .. noise]),
            2 => ("a data base", [.. Ascii("SQLite format 3\0"), .. noise, (byte)'\n'], [(byte)'\n', .. noise]),
            3 => ("Markdown", Ascii("# How to\n\nSave this:\n\n```\n"), Ascii("\n```\nand run it.\n")),
            4 => ("a script", Ascii("#!/bin/sh\nset -e\ncat > /etc/ca.pem <<'EOF'\n"), Ascii("\nEOF\nupdate-ca-certificates\n")),
            5 => ("a mail", Ascii("From: a@example.org\nTo: b@example.org\nSubject: CA\nContent-Type: text/plain\n\nHi,\n\n"),
                Ascii("\n-- \nB.\n")),
            6 => ("source code", Ascii("package main\n\nvar ca = `\n"), Ascii("\n`\n")),
            7 => ("YAML", Ascii("apiVersion: v1\nkind: ConfigMap\ndata:\n  ca.crt: |\n"), Ascii("\n")),
            8 => ("an OpenVPN profile", Ascii("client\nremote vpn.example.org 1194\n<ca>\n"), Ascii("\n</ca>\n")),
            _ => null,
        };
        if (wrap is { } made)
        {
            Kinds.Add(made.Kind);
            IsNoCertificateFile = true;
            Bytes = [.. made.Before, .. Bytes, .. made.After];
        }
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static string Lines(string block, Func<string, string> change) =>
        string.Concat(block.TrimEnd('\n').Split('\n').Select(l => change(l) + "\n"));

    private static string OneLine(string block)
    {
        string[] lines = block.TrimEnd('\n').Split('\n');
        return $"{lines[0]}\n{string.Concat(lines[1..^1])}\n{lines[^1]}\n";
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private T[] Shuffled<T>(T[] items)
    {
        _random.Shuffle(items);
        return items;
    }
}
