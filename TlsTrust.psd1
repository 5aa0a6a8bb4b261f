@{
    RootModule             = 'TlsTrust.PowerShell.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '7c1f6f0e-5c0b-4d0e-9f39-8f6d2f0f5b8a'
    Author                 = 'The TlsTrust founders'
    CompanyName            = 'TlsTrust'
    Copyright              = '(c) 2026 the TlsTrust founders. MIT licence.'
    Description            = 'Says why a TLS client does not trust an endpoint, a certificate file or a machine, proves it, and repairs it with verification on.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    # Loaded before the types, one of which is code: PowerShell calls no script where it sends something to a job.
    RequiredAssemblies     = @('TlsTrust.PowerShell.dll')
    FormatsToProcess       = @('TlsTrust.Format.ps1xml')
    TypesToProcess         = @('TlsTrust.Types.ps1xml')
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    CmdletsToExport        = @(
        'Test-TlsEndpoint'
        'Export-TlsReport'
        'Compare-TlsReport'
        'Resolve-TlsError'
        'Get-CertificateChain'
        'Export-CertificateChain'
        'Find-MissingIssuer'
        'Import-IntermediateCertificate'
        'Test-PemBundle'
        'Repair-PemBundle'
        'Get-TrustBundleEnvironment'
        'Set-TrustBundleEnvironment'
        'Update-TrustBundleEnvironment'
        'Remove-TrustBundleEnvironment'
        'Repair-TrustBundleEnvironment'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('TLS', 'SSL', 'X509', 'Certificate', 'PEM', 'CA', 'Trust', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://github.com/TlsTrust/TlsTrust'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
