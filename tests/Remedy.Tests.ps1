# What a remedy or a next command says is done, letter by letter, on the lab's servers; the next report is Trusted.
BeforeAll {
    . $PSScriptRoot/Lab.ps1
    . $PSScriptRoot/TrustEnvironment.ps1
    Import-Module $env:TLSTRUST_MODULE
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'A remedy that is followed' {
    BeforeEach {
        $saved = Enter-MadeHome (Join-Path $TestDrive ([guid]::NewGuid()))
    }

    AfterEach {
        $null = Remove-TrustBundleEnvironment -Scope Process -WarningAction Ignore
        Exit-MadeHome $saved
    }

    It 'mends the server''s file: <_>' -ForEach missing-intermediate, missing-two-intermediates, aia-pem, aia-pkcs7, aia-redirect {
        $scenario = Get-LabScenario $_
        $env:SSL_CERT_FILE = $scenario.trustStore # the machine's store, as curl and openssl would be told
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict, $report.Cause | Should -Be Untrusted, MissingIntermediate
        $report.NextCommand | Should -BeLike 'Test-TlsEndpoint * | Repair-PemBundle ./server.pem -AddMissing'
        Set-Content ./server.pem $report.Presented[0].Pem

        $null = Invoke-Expression $report.NextCommand

        (Get-CertificateChain ./server.pem -NoDownload).Verdict | Should -Be Trusted
    }

    It 'adds the root that was confirmed: <_>' -ForEach private-root-sent, private-root-not-sent, stale-root-new-one-sent {
        $scenario = Get-LabScenario $_
        $env:SSL_CERT_FILE = $scenario.trustStore
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict | Should -Be Untrusted
        $report.Remedy | Should -BeLike '*Set-TrustBundleEnvironment -Fingerprint*'
        Invoke-Expression $report.NextCommand | Should -Not -BeNullOrEmpty
        $confirmed = $report.BuiltPath[-1].Sha256

        $report | Find-MissingIssuer -IncludeRoot | Set-TrustBundleEnvironment -Scope Process -Fingerprint $confirmed -WarningAction Ignore |
            Should -Not -BeNullOrEmpty

        (Test-TlsEndpoint $scenario.endpoint).Verdict | Should -Be Trusted
    }

    It 'mends two faults one after the other: a root that is not known, and an issuer that is not sent' {
        $scenario = Get-LabScenario private-root-leaf-only
        $env:SSL_CERT_FILE = $scenario.trustStore
        $first = Test-TlsEndpoint $scenario.endpoint
        $null = $first | Find-MissingIssuer -IncludeRoot |
            Set-TrustBundleEnvironment -Scope Process -Fingerprint $first.BuiltPath[-1].Sha256 -WarningAction Ignore
        $second = Test-TlsEndpoint $scenario.endpoint
        $first.Cause, $second.Cause | Should -Be PrivateRoot, MissingIntermediate
        Set-Content ./server.pem $second.Presented[0].Pem

        $null = Invoke-Expression $second.NextCommand

        (Get-CertificateChain ./server.pem -NoDownload).Verdict | Should -Be Trusted
    }

    It 'mends the store that can''t be read' {
        $scenario = Get-LabScenario trusted
        (Get-Content $scenario.trustStore -Raw) -replace '-----BEGIN CERTIFICATE-----', '----BEGIN CERTIFICATE----' |
            Set-Content ./store.pem -NoNewline
        $env:SSL_CERT_FILE = (Resolve-Path ./store.pem).Path
        $env:SSL_CERT_DIR = $PWD.Path # no hashed names: nothing else is in the store
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict, $report.Cause | Should -Be Untrusted, StoreUnusable
        $report.Remedy | Should -BeLike '*Test-PemBundle shows each defect, Repair-PemBundle mends them*'
        (Test-PemBundle ./store.pem).Changes | Should -Not -BeNullOrEmpty

        $null = Repair-PemBundle ./store.pem

        (Test-TlsEndpoint $scenario.endpoint).Verdict | Should -Be Trusted
    }

    It 'names another store where there is none' {
        $scenario = Get-LabScenario trusted
        $env:SSL_CERT_FILE = Join-Path $PWD gone.pem
        $env:SSL_CERT_DIR = Join-Path $PWD gone
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict, $report.Cause | Should -Be Untrusted, StoreUnusable
        $report.Remedy | Should -BeLike '*name another with -TrustStore*'

        (Test-TlsEndpoint $scenario.endpoint -TrustStore $scenario.trustStore).Verdict | Should -Be Trusted
    }

    It 'puts the CA of the right key beside the stale one' {
        $scenario = Get-LabScenario stale-root-in-store
        $env:SSL_CERT_FILE = $scenario.trustStore
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict, $report.Cause | Should -Be Untrusted, StaleIssuer
        $report.Remedy | Should -BeLike '*put it into the store beside or in place of the one*(Set-TrustBundleEnvironment -Fingerprint)*'

        # What whoever runs the CA hands over, and what he confirms.
        $right = Get-CertificateChain (Join-Path (Split-Path $scenario.trustStore) cluster-root.pem)
        $null = $right | Set-TrustBundleEnvironment -Scope Process -Fingerprint $right.Presented[0].Sha256 -WarningAction Ignore

        (Test-TlsEndpoint $scenario.endpoint).Verdict | Should -Be Trusted
    }

    It 'sends the CA of the right key in place of the stale one' {
        $scenario = Get-LabScenario stale-intermediate-sent
        $env:SSL_CERT_FILE = $scenario.trustStore
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Verdict, $report.Cause | Should -Be Untrusted, StaleIssuer
        $report.Remedy | Should -BeLike 'Let the server send * in place of the one *at position 1*'
        $right = Get-Content (Join-Path (Split-Path $scenario.trustStore) renewed-issuing.pem) -Raw
        Set-Content ./server.pem ($report.Presented[0].Pem + $right)

        (Get-CertificateChain ./server.pem -NoDownload).Verdict | Should -Be Trusted
    }

    It 'names a self-signed certificate that has to stay' {
        $scenario = Get-LabScenario self-signed
        $env:SSL_CERT_FILE = $scenario.trustStore
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Remedy | Should -BeLike '*curl --cacert, -TrustStore*'
        Set-Content ./own.pem $report.Presented[0].Pem

        (Test-TlsEndpoint $scenario.endpoint -TrustStore ./own.pem).Verdict | Should -Be Trusted
    }

    It 'asks for the name that the certificate is for: <_>' -ForEach wrong-host, wrong-virtual-host {
        $scenario = Get-LabScenario $_
        $env:SSL_CERT_FILE = $scenario.trustStore
        $report = Test-TlsEndpoint $scenario.endpoint
        $report.Remedy | Should -BeLike '*-HostName*'

        (Test-TlsEndpoint $scenario.endpoint -HostName $report.Presented[0].Names[0]).Verdict | Should -Be Trusted
    }
}
