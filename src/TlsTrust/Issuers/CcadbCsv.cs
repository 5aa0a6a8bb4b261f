using System.Text;

namespace TlsTrust.Issuers;

/// <summary>
/// Takes the certificates out of CCADB's reports (RFC 4180 CSV): the column that holds PEM, in single quotes inside the field.
/// </summary>
internal static class CcadbCsv
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN CERTIFICATE-----"u8;

    /// <summary>The PEM column as a PEM file; null when the text is no such table.</summary>
    internal static byte[]? ToPem(ReadOnlySpan<byte> content)
    {
        // A table starts with a quoted heading and has PEM inside quoted fields.
        ReadOnlySpan<byte> bom = [0xEF, 0xBB, 0xBF];
        if (content.StartsWith(bom))
        {
            content = content[3..];
        }

        if (content.Length == 0 || content[0] != '"' || content.IndexOf(Begin) < 0)
        {
            return null;
        }

        using MemoryStream pem = new(content.Length);
        List<byte> field = [];
        bool quoted = false;
        for (int i = 0; i < content.Length; i++)
        {
            byte letter = content[i];
            if (quoted)
            {
                if (letter != '"')
                {
                    field.Add(letter);
                }
                else if (i + 1 < content.Length && content[i + 1] == '"')
                {
                    field.Add(letter);
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (letter == '"')
            {
                quoted = true;
            }
            else if (letter is (byte)',' or (byte)'\n' or (byte)'\r')
            {
                Take(field, pem);
            }
        }

        Take(field, pem);
        return pem.ToArray();
    }

    private static void Take(List<byte> field, MemoryStream pem)
    {
        string text = Encoding.ASCII.GetString([.. field]).Trim().Trim('\'').Trim();
        field.Clear();
        if (text.StartsWith("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            pem.Write(Encoding.ASCII.GetBytes(text));
            pem.WriteByte((byte)'\n');
        }
    }
}
