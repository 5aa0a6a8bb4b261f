namespace TlsTrust.Certificates.Names;

/// <summary>Short names of name attributes, RFC 4514 §3 and, beyond it, OpenSSL's.</summary>
internal static class AttributeNames
{
    internal const string CommonName = "2.5.4.3";
    internal const string Country = "2.5.4.6";
    internal const string EmailAddress = "1.2.840.113549.1.9.1";

    internal static string ShortName(string oid) => oid switch
    {
        CommonName => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        Country => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.43" => "initials",
        "2.5.4.44" => "generationQualifier",
        "2.5.4.46" => "dnQualifier",
        "2.5.4.65" => "pseudonym",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        EmailAddress => "emailAddress",
        "1.3.6.1.4.1.311.60.2.1.1" => "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2" => "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3" => "jurisdictionC",
        _ => oid,
    };
}
