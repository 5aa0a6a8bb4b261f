BeforeAll {
    . $PSScriptRoot/TrustEnvironment.ps1
    . $PSScriptRoot/Shell.ps1
    Import-Module $env:TLSTRUST_MODULE
    $saved = Enter-MadeHome $TestDrive
    $root = New-MadeCertificate ./ca.pem
    $null = New-MadeCertificate ./leaf.pem 'CN=www.example.org' $false
    $class = 'TlsTrust.PowerShell.SetTrustBundleEnvironmentCommand'
}

AfterAll {
    Exit-MadeHome $saved
}

Describe 'Process scope' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'counts at once, for a child process too, and the second time nothing changes' {
        $change = Set-TrustBundleEnvironment ./ca.pem -Program curl
        $change | Should -BeOfType TlsTrust.TrustEnvironmentChange
        $change.Verified | Should -Be 'ReadBack'
        $env:CURL_CA_BUNDLE | Should -Be $change.After
        Invoke-Shell -Command '$env:CURL_CA_BUNDLE' | Should -Be $change.After
        Get-Content $change.After -Raw | Should -Match '# added by TlsTrust: CN=Pester Private Root'
        (Set-TrustBundleEnvironment ./ca.pem -Program curl).IsChange | Should -BeFalse
        Remove-TrustBundleEnvironment | Out-Null
        Test-Path Env:CURL_CA_BUNDLE | Should -BeFalse
        Test-Path $change.After | Should -BeFalse
    }

    It 'asks a program whether it knows the CA, without an endpoint' -Skip:(-not (Get-Command curl -CommandType Application -ErrorAction Ignore) -or -not $IsLinux) {
        $change = Set-TrustBundleEnvironment ./ca.pem -Program curl -Verify
        $change.Verified | Should -Be 'Trusted'
        $change.VerifiedDetail | Should -Match 'it knows CN=Pester Private Root'
        Set-Content ./.curlrc 'insecure'
        (Set-TrustBundleEnvironment ./ca.pem -Program curl -Verify).Verified | Should -Be 'Failed'
        Remove-Item -Force ./.curlrc
    }

    It 'takes certificates, wildcards and files from the pipeline' {
        ($root | Set-TrustBundleEnvironment -Program git).Setting | Should -Be 'GIT_SSL_CAINFO'
        (Set-TrustBundleEnvironment ./c?.pem -Program git).Setting | Should -Be 'GIT_SSL_CAINFO'
        (Get-Item ./ca.pem | Set-TrustBundleEnvironment -Program git).Setting | Should -Be 'GIT_SSL_CAINFO'
    }

    It 'shows the same list with -WhatIf and touches nothing' {
        (Set-TrustBundleEnvironment ./ca.pem -Program curl, git -WhatIf).Setting | Should -Be 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'
        Test-Path Env:CURL_CA_BUNDLE | Should -BeFalse
        Get-ChildItem -Recurse -Force -Filter trust-bundle.pem | Should -BeNullOrEmpty
    }
}

Describe 'What gives way' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
        Remove-Item Env:CURL_CA_BUNDLE -ErrorAction Ignore
    }

    It 'comes along with a warning that names it, and not with -Replace' {
        $null = New-MadeCertificate ./old.pem 'CN=Old Private Root, O=TlsTrust Tests'
        $env:CURL_CA_BUNDLE = "$PWD/old.pem"
        $null = Set-TrustBundleEnvironment ./ca.pem -Program curl -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -Match "'CN=Old Private Root, O=TlsTrust Tests' comes along from CURL_CA_BUNDLE"
        Get-Content $env:CURL_CA_BUNDLE -Raw | Should -Match '# kept from CURL_CA_BUNDLE .*CN=Old Private Root'
        Remove-TrustBundleEnvironment | Out-Null
        $env:CURL_CA_BUNDLE | Should -Be "$PWD/old.pem"
        $null = Set-TrustBundleEnvironment ./ca.pem -Program curl -Replace
        Get-Content $env:CURL_CA_BUNDLE -Raw | Should -Not -Match 'Old Private Root'
    }
}

Describe 'Public roots without a CA' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'needs no other parameter, and completes the sources' {
        $change = Set-TrustBundleEnvironment -PublicRoots BuiltIn -Program openssl -WarningAction SilentlyContinue
        $change[0].Verified | Should -Be 'ReadBack'
        (Get-Content $change[0].After -TotalCount 1) | Should -Match 'public roots only'
        Get-Completion 'Set-TrustBundleEnvironment -PublicRoots Sys' | Should -Be 'System'
    }

    It 'or a CA has to be given' {
        { Set-TrustBundleEnvironment -Program curl -ErrorAction Stop } | Should -Throw -ErrorId "InvalidCombination,$class"
    }
}

Describe 'What -WhatIf says' {
    It 'names what will be trusted and nothing that is left aside' {
        Start-Transcript (Join-Path $TestDrive 'said.txt') | Out-Null
        Set-TrustBundleEnvironment ./ca.pem, ./leaf.pem -Program curl -WhatIf | Out-Null
        Stop-Transcript | Out-Null
        $said = Get-Content (Join-Path $TestDrive 'said.txt') -Raw
        $said | Should -Match 'Trust CN=Pester Private Root'
        $said | Should -Not -Match 'Trust .*CN=www\.example\.org'
    }
}

Describe 'User scope' -Skip:$IsWindows {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'is one marked block in the profile, and gone without a trace afterwards' {
        Set-Content ./.profile 'umask 022'
        $before = [System.IO.File]::ReadAllBytes("$PWD/.profile")
        $null = Set-TrustBundleEnvironment ./ca.pem -Scope User -Program curl, git
        $null = Set-TrustBundleEnvironment ./ca.pem -Scope User -Program curl, git
        (Select-String -Path ./.profile -Pattern '>>> TlsTrust').Count | Should -Be 1
        /bin/sh -c '. ./.profile; echo "$CURL_CA_BUNDLE"' | Should -Match 'trust-bundle.pem$'
        Remove-TrustBundleEnvironment User | Out-Null
        [System.IO.File]::ReadAllBytes("$PWD/.profile") | Should -Be $before
        Test-Path ./.config/environment.d/60-tlstrust.conf | Should -BeFalse
    }
}

Describe 'A target' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'is text: <target>' -ForEach @(
        @{ target = 'Bash'; pattern = "^export CURL_CA_BUNDLE='" }
        @{ target = 'PowerShell'; pattern = "^\`$env:CURL_CA_BUNDLE = '" }
        @{ target = 'Cmd'; pattern = '^set "CURL_CA_BUNDLE=' }
        @{ target = 'AzurePipelines'; pattern = '^##vso\[task\.setvariable variable=CURL_CA_BUNDLE\]' }
        @{ target = 'Dockerfile'; pattern = '^ENV CURL_CA_BUNDLE="' }
    ) {
        $lines = Set-TrustBundleEnvironment ./ca.pem -Target $target -Program curl
        $lines | Should -BeOfType string
        @($lines -match $pattern).Count | Should -Be 1
        Test-Path Env:CURL_CA_BUNDLE | Should -BeFalse
    }
}

Describe 'What it refuses' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'is <id> for <what>' -ForEach @(
        @{ what = 'a leaf'; id = 'NoCertificateFound'; parameters = @{ Path = './leaf.pem' } }
        @{ what = 'a file that is not there'; id = 'PathNotFound'; parameters = @{ Path = './none.pem' } }
        @{ what = 'a bundle without public roots'; id = 'StoreUnusable'; parameters = @{ Path = './ca.pem'; WithoutPublicRoots = $true; Program = 'curl' } }
        @{ what = 'a fingerprint of something else'; id = 'FingerprintRequired'; parameters = @{ Path = './ca.pem'; Fingerprint = 'AB' * 32; Program = 'curl' } }
        @{ what = 'a variable that is not provisioned'; id = 'InvalidCombination'; parameters = @{ Path = './ca.pem'; Variable = 'HTTPS_CA_FILE' } }
        @{ what = 'two ways to choose'; id = 'InvalidCombination'; parameters = @{ Path = './ca.pem'; Variable = 'SSL_CERT_FILE'; Program = 'curl' } }
        @{ what = 'a scope and a target'; id = 'InvalidCombination'; parameters = @{ Path = './ca.pem'; Scope = 'User'; Target = 'Bash' } }
    ) {
        { Set-TrustBundleEnvironment @parameters -ErrorAction Stop } | Should -Throw -ErrorId "$id,$class"
        Test-Path Env:CURL_CA_BUNDLE | Should -BeFalse
    }

    It 'always says what to do' {
        Set-TrustBundleEnvironment ./leaf.pem -ErrorVariable fault -ErrorAction SilentlyContinue
        $fault[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'Completion' {
    AfterEach {
        Remove-TrustBundleEnvironment | Out-Null
    }

    It 'knows programs, variables and scopes' {
        Get-Completion 'Set-TrustBundleEnvironment x -Variable SSL_' | Should -Contain 'SSL_CERT_FILE'
        Get-Completion 'Set-TrustBundleEnvironment x -Program ca' | Should -Contain 'cargo'
        Get-Completion 'Set-TrustBundleEnvironment x -Scope M' | Should -Be 'Machine'
        Get-Completion 'Set-TrustBundleEnvironment x -Target Do' | Should -Be 'Dockerfile'
    }
}
