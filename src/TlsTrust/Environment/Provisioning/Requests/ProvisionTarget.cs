namespace TlsTrust;

/// <summary>Where lines that set variables are meant for.</summary>
public enum ProvisionTarget
{
    /// <summary>The file that <c>GITHUB_ENV</c> names: later steps of the job.</summary>
    GitHubActions,

    /// <summary>Logging commands of Azure Pipelines: later tasks of the job.</summary>
    AzurePipelines,

    /// <summary>Lines for a Dockerfile.</summary>
    Dockerfile,

    /// <summary>Lines for bash and other Bourne-like shells.</summary>
    Bash,

    /// <summary>Lines for PowerShell.</summary>
    PowerShell,

    /// <summary>Lines for a batch file.</summary>
    Cmd,

    /// <summary>A ConfigMap, a patch that mounts it, and a Bundle for trust-manager.</summary>
    Kubernetes,

    /// <summary>A file to merge with <c>docker compose -f</c>.</summary>
    Compose,

    /// <summary>Properties for devcontainer.json.</summary>
    DevContainer,

    /// <summary>Variables for .gitlab-ci.yml.</summary>
    GitLab,

    /// <summary>An environment block for a declarative Jenkinsfile.</summary>
    Jenkins,

    /// <summary>A drop-in for one unit of systemd.</summary>
    SystemdUnit,

    /// <summary>A cloud-config for machines that are made anew.</summary>
    CloudInit,

    /// <summary>Tasks for an Ansible play.</summary>
    Ansible,

    /// <summary>A line for HTCondor's submit file.</summary>
    HTCondor,

    /// <summary>Lines for a job script of Slurm.</summary>
    Slurm,

    /// <summary>Lines to stand before the jobs of a crontab.</summary>
    Cron,

    /// <summary>Lines for a file in conda's <c>etc/conda/activate.d</c>.</summary>
    CondaActivate,

    /// <summary>Lines for a virtual environment's <c>activate</c>.</summary>
    VirtualEnv,
}

/// <summary>The kind of image that a Dockerfile builds on.</summary>
public enum ImageBase
{
    /// <summary>Debian and Ubuntu.</summary>
    Debian,

    /// <summary>Alpine.</summary>
    Alpine,

    /// <summary>Red Hat, Fedora and their kin.</summary>
    RedHat,

    /// <summary>Without a shell: files and variables only.</summary>
    Distroless,

    /// <summary>Windows.</summary>
    Windows,
}
