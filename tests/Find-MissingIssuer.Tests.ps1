BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-Module $env:TLSTRUST_MODULE
    $class = 'TlsTrust.PowerShell.FindMissingIssuerCommand'
    $missing = Get-LabParameter missing-intermediate
    $store = @{ TrustStore = $missing.TrustStore }
    $folder = Join-Path ([IO.Path]::GetTempPath()) "tlstrust-find-$PID"
    $null = New-Item -ItemType Directory $folder, (Join-Path $folder found)

    # The user's own cache is nothing that tests may touch.
    $cacheBefore = $env:XDG_CACHE_HOME
    $env:XDG_CACHE_HOME = Join-Path $folder cache
    $report = Test-TlsEndpoint @missing
    $leaf = Join-Path $folder leaf.pem
    Set-Content $leaf $report.Presented[0].Pem
    $intermediate = Join-Path $folder found/intermediate.crt
    Set-Content $intermediate $report.MissingIssuer.Pem
}

AfterAll {
    $env:XDG_CACHE_HOME = $cacheBefore
    Remove-Item -Recurse -Force $folder
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Find-MissingIssuer' {
    It 'finds what a server does not send, by AIA, and keeps it for the next time' {
        $match = Find-MissingIssuer @missing
        $match | Should -BeOfType TlsTrust.IssuerMatch
        $match.Status, $match.Source, $match.LeadsTo | Should -Be Found, Download, StoreAnchor
        $match.Certificate.Sha256 | Should -Be $report.MissingIssuer.Sha256
        $again = Find-MissingIssuer $leaf @store -NoDownload
        $again.Source, $again.Location | Should -Be Download, $match.Location
        (Find-MissingIssuer $leaf @store -NoDownload -ClearCache).Status | Should -Be NotFound
    }

    It 'takes what a report has found' {
        ($report | Find-MissingIssuer @store -NoDownload).Certificate.Sha256 | Should -Be $report.MissingIssuer.Sha256
        ($report | Get-CertificateChain @store | Find-MissingIssuer @store -NoDownload).Status | Should -Be Found
    }

    It 'searches files and folders' {
        (Find-MissingIssuer $leaf @store -NoDownload -SearchPath $folder).Location | Should -Match 'intermediate\.crt, line 1$'
    }

    It 'says nothing where nothing is missing, and why with -Verbose' {
        $trusted = Get-LabParameter trusted
        Find-MissingIssuer @trusted | Should -BeNullOrEmpty
        (Find-MissingIssuer @trusted -Verbose 4>&1 | Out-String) | Should -Match 'nothing is missing up to'
    }

    It 'gives a match without certificate, and whom to ask, where nothing is found' {
        $match = Find-MissingIssuer $leaf @store -NoDownload -ClearCache
        $match.Status | Should -Be NotFound
        $match.Certificate | Should -BeNullOrEmpty
        $match.Summary | Should -Match 'Ask whoever issued'
        $match.IssuerKeyIdentifier | Should -Match '^[0-9A-F]+$'
        @($match.Attempts).Count | Should -BeGreaterThan 2
        $match | Get-CertificateChain @store -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -Not -BeNullOrEmpty
    }

    It 'leaves a private URL of a file alone unless it is allowed' {
        (Find-MissingIssuer $leaf @store -ClearCache).Summary | Should -Match '-AllowPrivateAddress'
        (Find-MissingIssuer $leaf @store -AllowPrivateAddress).Status | Should -Be Found
    }

    It 'writes what it found in order, and overwrites only with -Force' {
        $file = Join-Path $folder out.pem
        $null = $report | Find-MissingIssuer @store -IncludeRoot -Destination $file
        @(Select-String -Path $file -Pattern 'BEGIN CERTIFICATE').Count | Should -Be 2
        { Find-MissingIssuer $leaf @store -NoDownload -Destination $file -ErrorAction Stop } | Should -Throw -ErrorId "FileExists,$class"
        $null = $report | Find-MissingIssuer @store -Destination $file -Force
        @(Select-String -Path $file -Pattern 'BEGIN CERTIFICATE').Count | Should -Be 1
    }

    It 'takes Clixml' {
        $file = Join-Path $folder report.xml
        $report | Export-Clixml $file
        (Import-Clixml $file | Find-MissingIssuer @store -NoDownload).Status | Should -Be Found
    }

    It 'fits its views into 100 columns' {
        $match = $report | Find-MissingIssuer @store -IncludeRoot
        foreach ($text in ($match | Format-Table | Out-String -Width 100), ($match | Format-List | Out-String -Width 100)) {
            ($text -replace '\e\[[0-9;]*m') -split '\r?\n' | ForEach-Object { $_.Length | Should -BeLessOrEqual 100 }
        }
    }

    It 'ends within -TimeoutSeconds, downloads included, and says so' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $parameters = Get-LabParameter aia-endless
        $match = Find-MissingIssuer @parameters -TimeoutSeconds 1 -ClearCache
        $match.Status | Should -Be NotFound
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 10 -Because 'without the limit it is 20 s'
    }
}
