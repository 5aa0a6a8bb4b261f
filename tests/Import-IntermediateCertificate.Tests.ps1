BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-Module $env:TLSTRUST_MODULE
    $class = 'TlsTrust.PowerShell.ImportIntermediateCertificateCommand'
    $missing = Get-LabParameter missing-intermediate
    $store = @{ TrustStore = $missing.TrustStore }
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-import-$PID"
    $null = New-Item -ItemType Directory $folder

    # The user's own cache is nothing that tests may touch.
    $cacheBefore = $env:XDG_CACHE_HOME
    $env:XDG_CACHE_HOME = Join-Path $folder cache
    $report = Test-TlsEndpoint @missing
    $leaf = Join-Path $folder leaf.pem
    Set-Content $leaf $report.Presented[0].Pem
}

AfterAll {
    $env:XDG_CACHE_HOME = $cacheBefore
    Remove-Item -Recurse -Force $folder
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Import-IntermediateCertificate' {
    BeforeEach {
        Remove-Item -Recurse -Force (Join-Path $folder cache) -ErrorAction Ignore
    }

    It 'takes <form>, and what is imported is found' -ForEach @(@{ form = 'PEM' }, @{ form = 'CSV' }) {
        $file = Join-Path $folder "list.$($form.ToLowerInvariant())"
        $pem = $report.MissingIssuer.Pem.TrimEnd()
        Set-Content $file $(if ($form -eq 'PEM') { $pem } else { "`"CA Owner`",`"PEM Info`"`n`"Lab, Inc.`",`"'$pem'`"" })
        $result = Import-IntermediateCertificate $file
        $result | Should -BeOfType TlsTrust.IntermediateImportResult
        $result.Added, $result.AlreadyKnown, $result.NotCa | Should -Be 1, 0, 0
        (Import-IntermediateCertificate $file).AlreadyKnown | Should -Be 1
        (Find-MissingIssuer $leaf @store -NoDownload).Source | Should -Be Cache
    }

    It 'leaves out what is no CA, and writes nothing with -WhatIf' {
        (Import-IntermediateCertificate $leaf).NotCa | Should -Be 1
        Set-Content (Join-Path $folder ca.pem) $report.MissingIssuer.Pem
        $null = Import-IntermediateCertificate (Join-Path $folder ca.pem) -WhatIf
        (Find-MissingIssuer $leaf @store -NoDownload).Status | Should -Be NotFound
    }

    It 'fetches a list by its address' {
        $url = ($report.BuiltPath | Where-Object Origin -Like 'http*')[0].Origin
        (Import-IntermediateCertificate -Uri $url).Added | Should -Be 1
        { Import-IntermediateCertificate -Uri 'list.pem' -ErrorAction Stop } | Should -Throw -ErrorId "InvalidInput,$class"
        Import-IntermediateCertificate -Uri "$url.gone" -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be "FileUnreadable,$class"
    }

    It 'takes what was found, path strings and files from the pipeline' {
        (Find-MissingIssuer $report.Endpoint @store | Import-IntermediateCertificate).Added | Should -Be 1
        ($report | Import-IntermediateCertificate).AlreadyKnown | Should -BeGreaterThan 0
        Set-Content (Join-Path $folder ca.pem) $report.MissingIssuer.Pem
        (Join-Path $folder ca.pem | Import-IntermediateCertificate).AlreadyKnown | Should -Be 1
        (Get-Item (Join-Path $folder ca.pem) | Import-IntermediateCertificate).AlreadyKnown | Should -Be 1
    }

    It 'what is imported is found by every cmdlet' {
        Set-Content (Join-Path $folder ca.pem) $report.MissingIssuer.Pem
        $server = Join-Path $folder server.pem
        Set-Content $server $report.Presented[0].Pem
        (Get-CertificateChain $leaf @store -NoDownload).Cause | Should -Be IssuerUnknown
        (Test-TlsEndpoint $report.Endpoint @store -NoDownload).Cause | Should -Be IssuerUnknown
        $null = Import-IntermediateCertificate (Join-Path $folder ca.pem)
        (Find-MissingIssuer $leaf @store -NoDownload).Location | Should -Be 'imported intermediates'
        foreach ($result in (Get-CertificateChain $leaf @store -NoDownload), (Test-TlsEndpoint $report.Endpoint @store -NoDownload)) {
            $result.Cause | Should -Be MissingIntermediate
            $result.MissingIssuer.Origin | Should -Be 'imported intermediates'
        }

        (Repair-PemBundle $server -AddMissing -NoDownload -TrustStore $store.TrustStore).Changed | Should -BeTrue
        @(Select-String -Path $server -Pattern 'BEGIN CERTIFICATE').Count | Should -Be 2
    }

    It 'what was only downloaded keeps its URL, and changes no verdict' {
        $first = Find-MissingIssuer $leaf @store -ClearCache -AllowPrivateAddress
        $again = Find-MissingIssuer $leaf @store -NoDownload
        $again.Source, $again.Location | Should -Be $first.Source, $first.Location
        $again.Location | Should -BeLike 'http*'
        (Test-TlsEndpoint $report.Endpoint @store -NoDownload).Cause | Should -Be IssuerUnknown
    }

    It 'empties the cache' {
        Set-Content (Join-Path $folder ca.pem) $report.MissingIssuer.Pem
        $null = Import-IntermediateCertificate (Join-Path $folder ca.pem)
        $null = Import-IntermediateCertificate $leaf -ClearCache
        (Find-MissingIssuer $leaf @store -NoDownload).Status | Should -Be NotFound
    }

    It 'gives an error record for a file without certificates' {
        Set-Content (Join-Path $folder words.txt) 'words'
        Import-IntermediateCertificate (Join-Path $folder words.txt) -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].FullyQualifiedErrorId | Should -Be "NoCertificateFound,$class"
    }
}
