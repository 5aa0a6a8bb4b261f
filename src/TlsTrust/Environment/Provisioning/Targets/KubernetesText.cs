using TlsTrust.Environment.Configuration;

namespace TlsTrust.Environment.Provisioning.Targets;

/// <summary>
/// A ConfigMap with the files, a patch that mounts it and sets the variables, and a Bundle for trust-manager, as one YAML stream.
/// </summary>
internal static class KubernetesText
{
    private const string Name = "tlstrust";

    public static IEnumerable<string> Lines(TargetContext context)
    {
        yield return "# kubectl apply -f: the files";
        yield return "apiVersion: v1";
        yield return "kind: ConfigMap";
        yield return "metadata:";
        yield return $"  name: {Name}";
        yield return "data:";
        foreach ((string name, byte[] content) in context.Texts)
        {
            yield return $"  {name}: |";
            foreach (string line in TargetContext.TextLines(content))
            {
                yield return "    " + line;
            }
        }

        if (context.Binaries.Any())
        {
            yield return "binaryData:";
            foreach ((string name, byte[] content) in context.Binaries)
            {
                yield return $"  {name}: {Convert.ToBase64String(content)}";
            }
        }

        yield return "---";
        yield return "# kubectl patch deployment NAME --patch-file: put the container's own name in place of app";
        yield return "spec:";
        yield return "  template:";
        yield return "    spec:";
        yield return "      containers:";
        yield return "        - name: app";
        yield return "          env:";
        foreach ((string name, string value) in context.Variables)
        {
            yield return $"            - name: {name}";
            yield return $"              value: " +
                $"{ConfigurationWriter.Value(ConfigurationFormat.Yaml, value.Replace("$(", "$$(", StringComparison.Ordinal))}";
        }

        yield return "          volumeMounts:";
        yield return $"            - name: {Name}";
        yield return $"              mountPath: {context.Folder}";
        yield return "              readOnly: true";
        yield return "      volumes:";
        yield return $"        - name: {Name}";
        yield return "          configMap:";
        yield return $"            name: {Name}";
        yield return "---";
        yield return "# with trust-manager in place of the ConfigMap: it keeps the public roots up to date in every namespace";
        yield return "apiVersion: trust.cert-manager.io/v1alpha1";
        yield return "kind: Bundle";
        yield return "metadata:";
        yield return $"  name: {Name}";
        yield return "spec:";
        yield return "  sources:";
        yield return "    - useDefaultCAs: true";
        foreach (Certificates.Certificate certificate in context.Added)
        {
            yield return "    - inLine: |";
            foreach (string line in certificate.ToPem().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            {
                yield return "        " + line;
            }
        }

        yield return "  target:";
        yield return "    configMap:";
        yield return "      key: trust-bundle.pem";
    }
}
