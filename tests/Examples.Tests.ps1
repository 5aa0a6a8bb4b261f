<#
Every example of the help pages, the about_ pages and README runs, letter by letter, in a fresh shell for each page, against the lab's servers
in place of the hosts that it names, in a home and a folder of its own. What README shows is what comes out.
#>
BeforeDiscovery {
    . $PSScriptRoot/Examples.ps1

    # Fleets need other machines: Fleet.Tests.ps1 has those of README.
    $examples = @(Get-Example | Where-Object code -NotMatch 'PSSession|-Session')
    $pages = @($examples | Group-Object { ($_.name -split ' ')[0] } | ForEach-Object { @{ page = $_.Name; examples = $_.Group } })
}

BeforeAll {
    . $PSScriptRoot/Examples.ps1
    Import-Module $env:TLSTRUST_MODULE
    $world = Join-Path $TestDrive world
    $names = New-ExampleWorld (New-Item $world -ItemType Directory).FullName

    # What is meant to end with an error or an exit code, or to say nothing; or what has to be in its words.
    $expected = @{
        'about_TlsTrust_CI 1'               = @{ exit = 1; silent = $true }
        'about_TlsTrust_CI 2'               = @{ exit = 1; text = 'MissingIntermediate' }
        'about_TlsTrust_CI 3'               = @{ exit = 1; silent = $true }
        'about_TlsTrust_CI 4'               = @{ exit = 1; silent = $true }
        'about_TlsTrust_CI 5'               = @{ exit = 1; errors = 'EndpointUntrusted,TlsTrust.PowerShell.TestTlsEndpointCommand' }
        'about_TlsTrust_CI 6'               = @{ text = '"Verdict": "Untrusted"' }
        'Compare-TlsReport 2'               = @{ silent = $true }
        'Export-TlsReport 3'                = @{ text = '::error title=' }
        'Find-MissingIssuer 3'              = @{ text = 'Source +: Cache' }
        'Get-CertificateChain 2'            = @{ silent = $true }
        'README 1'                          = @{ silent = $true }
        'README 7'                          = @{ exit = 1; silent = $true }
        'Repair-PemBundle 6'                = @{ silent = $true }
        'Repair-TrustBundleEnvironment 3'   = @{ silent = $true }
        'Resolve-TlsError 1'                = @{
            text   = 'NextCommand : Test-TlsEndpoint'
            errors = 'WebCmdletWebResponseException,Microsoft.PowerShell.Commands.InvokeRestMethodCommand'
        }
        'Test-PemBundle 3'                  = @{ silent = $true }
        'Test-TlsEndpoint 2'                = @{ silent = $true }
        'Test-TlsEndpoint 3'                = @{ text = 'Trusted ' }
        'Test-TlsEndpoint 4'                = @{ text = 'StartTlsRefused' }
        'Test-TlsEndpoint 5'                = @{ exit = 1; silent = $true }
        'Test-TlsEndpoint 8'                = @{ text = 'MissingIntermediate' }
        'Update-TrustBundleEnvironment 2'   = @{ silent = $true }
    }

    # What was done before, where an example undoes or renews it.
    $before = @{
        'Update-TrustBundleEnvironment' = '$null = Set-TrustBundleEnvironment ./company-root.pem -Scope User -WarningAction Ignore'
        'Remove-TrustBundleEnvironment' = "'Process', 'User' | ForEach-Object { `$null = Set-TrustBundleEnvironment ./company-root.pem -Scope `$_ -WarningAction Ignore }"
    }
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Examples of <page>' -ForEach $pages {
    BeforeAll {
        $results = Invoke-ExamplePage $examples $world $names (New-Item (Join-Path $TestDrive $page) -ItemType Directory).FullName $before[$page]
    }

    It '<name> runs' -ForEach $examples {
        $result = $results[$name]
        $wanted = $expected[$name] ?? @{}
        $result.Errors | Should -Be $wanted.errors -Because $result.Text
        $result.Exit | Should -Be ($wanted.exit ?? 0) -Because $result.Text
        if ($wanted.silent) {
            $result.Text.Trim() | Should -BeNullOrEmpty
        }
        else {
            $result.Text | Should -Match ($wanted.text ?? '\S')
        }
    }
}

Describe 'What README shows' {
    BeforeAll {
        $readme = Get-Content (Join-Path $PSScriptRoot '../README.md') -Raw
        $lab = 'trusted', 'missing-intermediate', 'private-root-not-sent', 'self-signed', 'refused' | ForEach-Object { (Get-LabScenario $_).endpoint }
        Push-Location (New-Item (Join-Path $TestDrive readme) -ItemType Directory)
        Set-Content hosts.txt $lab
        Copy-Item (Get-LabScenario trusted).trustStore trust.pem
        Import-Module $env:TLSTRUST_MODULE

        # The same words in the same order; ports, days and where lines break are each run's own.
        function Get-Shape {
            param([string] $Text)
            ($Text -replace '\d{4}-\d\d-\d\d', 'DAY' -replace '\b(port |localhost:)\d+', '$1N' -replace '\b(89|90)\b', 'DAYS' -replace '\s+', ' ').Trim()
        }
    }

    AfterAll {
        Pop-Location
    }

    It 'is what comes out' {
        $commands = [regex]::Matches($readme, '(?ms)^PS> ([^\r\n]+)\r?\n(.*?)(?=^PS> |^```)')
        $commands.Count | Should -BeGreaterThan 2
        foreach ($command in $commands) {
            $code = $command.Groups[1].Value -replace 'localhost:\d+', $lab[1]
            $output = & ([scriptblock]::Create($code))
            if ($command.Groups[2].Value.Trim()) {
                Get-Shape ($output | Out-String -Width 120) | Should -BeExactly (Get-Shape $command.Groups[2].Value)
            }
            else {
                $output | Should -BeOfType System.IO.FileInfo
                foreach ($endpoint in $lab) {
                    Get-Content $output.FullName -Raw | Should -Match ([regex]::Escape($endpoint))
                }
            }
        }
    }

    It 'is what curl says' {
        if (-not (Get-Command curl -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'curl is not installed'
        }

        $shown = [regex]::Match($readme, '(?m)^\$ curl (.*)\r?\n(.*)$')
        $arguments = -split ($shown.Groups[1].Value -replace 'localhost:\d+', $lab[1])
        $said = & (Get-Command curl -CommandType Application)[0] -sS @arguments 2>&1
        "$($said[0])" | Should -Be $shown.Groups[2].Value
    }
}
