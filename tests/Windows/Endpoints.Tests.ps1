# Diagnosis from Windows: servers of the lab on this side, the client under Wine, whose TLS ends at 1.2 and judges nothing. With
# TLSTRUST_LONG=1 all of the lab's.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../Lab.ps1
    # One of each kind; the TLS below takes a second and more for a handshake.
    $names = 'trusted', 'trusted-rsa', 'trusted-cross-signed', 'trusted-wildcard', 'trusted-starttls-smtp', 'wrong-order', 'wrong-order-tls13', 'root-sent',
        'missing-intermediate', 'missing-two-intermediates', 'private-root-sent', 'private-root-not-sent', 'self-signed', 'expired-leaf', 'not-yet-valid',
        'wrong-host', 'wrong-usage', 'bad-signature', 'weak-signature-sha1', 'clients-disagree', 'client-certificate-required-tls12', 'tls10-only',
        'plain-http', 'refused', 'alert-handshake-failure'
    if ($env:TLSTRUST_LONG) {
        $null = Get-LabScenario trusted
        $names = @($global:TlsTrustLab.Scenarios.Keys | Sort-Object)
    }

    $scenarios = @($names | ForEach-Object { Get-LabScenario $_ } | ForEach-Object {
        $store = $_.trustStore ? (ConvertTo-WindowsPath $_.trustStore) : ''
        @{ Name = $_.scenario; Endpoint = $_.endpoint; HostName = "$($_.hostName)"; TrustStore = $store; At = $_.at; Here = $_.trustStore }
    })
    Import-Module $env:TLSTRUST_MODULE
    $expected = @{}
    foreach ($scenario in $scenarios) {
        $given = @{ Endpoint = $scenario.Endpoint; At = $scenario.At; NoDownload = $true; TimeoutSeconds = 10; WarningAction = 'SilentlyContinue'; TrustStore = $scenario.Here }
        if ($scenario.HostName) { $given.HostName = $scenario.HostName }
        # What is said here of a store that is not there, say, is said there too.
        $expected[$scenario.Name] = try { $report = Test-TlsEndpoint @given -ErrorAction Stop; "$($report.Verdict) $($report.Cause)" } catch { 'error' }
    }

    $ask = {
        param($Scenarios)
        foreach ($scenario in $Scenarios) {
            $given = @{ Endpoint = $scenario.Endpoint; At = $scenario.At; NoDownload = $true; TimeoutSeconds = 10; WarningAction = 'SilentlyContinue' }
            if ($scenario.HostName) { $given.HostName = $scenario.HostName }
            if ($scenario.TrustStore) { $given.TrustStore = $scenario.TrustStore }
            $fault = $report = $null
            try { $report = Test-TlsEndpoint @given -ErrorAction Stop } catch { $fault = "$_" }
            [pscustomobject] @{
                Name = $scenario.Name; Verdict = "$($report.Verdict)"; Cause = "$($report.Cause)"; Summary = "$($report.Summary)"; Fault = $fault
                Presented = @($report.Presented).Count; Protocol = "$($report.Protocol)"; Text = (@($report.Findings | ForEach-Object { "$($_.Id) $($_.Message) $($_.Evidence)" }) -join "`n")
            }
        }
    }
    $seen = @(for ($first = 0; $first -lt $scenarios.Count; $first += 25) {
        Invoke-Windows $ask (, @($scenarios | Select-Object -Skip $first -First 25)) -Seconds 200
    })
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'A report from Windows' {
    It 'comes for every server' {
        $seen.Count | Should -Be $scenarios.Count
        $seen | Where-Object { $_.Fault -and $expected[$_.Name] -ne 'error' } | ForEach-Object { "$($_.Name): $($_.Fault)" } | Should -BeNullOrEmpty
    }

    It "says whose limit it is, where this side's TLS could not go on" {
        # NTE_NOT_SUPPORTED without a word around it was what Wine's cryptography brought up.
        $seen | Where-Object { "$($_.Summary)`n$($_.Text)" -match 'Unknown error|0x8009' -and "$($_.Summary)`n$($_.Text)" -notmatch "on this side|This system's" } |
            ForEach-Object { "$($_.Name): $($_.Summary)" } | Should -BeNullOrEmpty
        # No server is blamed for a version that was never offered to it.
        $newest = @($seen | Where-Object Cause -eq ProtocolVersion)
        $newest.Count | Should -BeGreaterThan 0
        $newest | Where-Object Summary -match 'TLS 1\.2 and 1\.3' | ForEach-Object { "$($_.Name): $($_.Summary)" } | Should -BeNullOrEmpty
        ($seen | Where-Object Name -eq 'wrong-order-tls13').Text | Should -Match "speaks TLS 1\.3, which this platform's TLS does not"
    }

    It 'is the one that Linux gives, where the server sent its certificates' {
        # GnuTLS, which is Wine's TLS, refuses some that OpenSSL takes; that is told as this side's.
        $ended = @($seen | Where-Object { $_.Presented -gt 0 -and $_.Summary -notmatch "on this side|This system's" })
        Write-Host "  $($ended.Count) of $($seen.Count) servers sent their certificates to Wine's TLS"
        $ended | Where-Object { "$($_.Verdict) $($_.Cause)" -ne $expected[$_.Name] } | ForEach-Object { "$($_.Name): $($_.Verdict) $($_.Cause), not $($expected[$_.Name]): $($_.Summary)" } |
            Should -BeNullOrEmpty
        $ended.Count | Should -BeGreaterThan 12
    }
}
