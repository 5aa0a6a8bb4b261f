using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>Services of this machine, and other machines that are made from a description.</summary>
internal static class MachineTexts
{
    /// <summary>A drop-in for one unit (systemctl edit).</summary>
    public static IEnumerable<string> SystemdUnit(TargetContext context) =>
        ["[Service]", .. context.Variables.Select(variable => $"Environment={SystemdText.Assignment(variable.Key, variable.Value)}")];

    /// <summary>cloud-config: the CA into the system's store, the files and the variables for logins.</summary>
    public static IEnumerable<string> CloudInit(TargetContext context)
    {
        yield return "#cloud-config";
        if (context.Added.Count > 0)
        {
            yield return "ca_certs:";
            yield return "  trusted:";
            foreach (Certificates.Certificate certificate in context.Added)
            {
                yield return "    - |";
                foreach (string line in certificate.ToPem().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
                {
                    yield return "      " + line;
                }
            }
        }

        yield return "write_files:";
        foreach ((string name, byte[] content) in context.Files)
        {
            yield return $"  - path: {context.Folder}/{name}";
            yield return "    permissions: '0644'";
            yield return "    encoding: b64";
            yield return $"    content: {Convert.ToBase64String(content)}";
        }

        yield return "  - path: /etc/profile.d/tlstrust.sh";
        yield return "    permissions: '0644'";
        yield return "    content: |";
        foreach ((string name, string value) in context.Variables)
        {
            yield return "      " + VariableText.Bash(name, value);
        }
    }

    /// <summary>Tasks for a play: the folder is copied from beside it, the variables are set for logins.</summary>
    public static IEnumerable<string> Ansible(TargetContext context)
    {
        yield return "- name: Copy the bundles of TlsTrust";
        yield return "  ansible.builtin.copy:";
        yield return $"    src: {ConfigurationWriter.Value(ConfigurationFormat.Yaml, context.FolderHere + "/")}";
        yield return $"    dest: {context.Folder}/";
        yield return "    mode: '0644'";
        yield return "    directory_mode: '0755'";
        yield return "- name: Set the variables of TlsTrust for logins";
        yield return "  ansible.builtin.copy:";
        yield return "    dest: /etc/profile.d/tlstrust.sh";
        yield return "    mode: '0644'";

        // What looks like a template would be carried out.
        yield return "    content: !unsafe |";
        foreach ((string name, string value) in context.Variables)
        {
            yield return "      " + VariableText.Bash(name, value);
        }
    }
}
