using BioLearn.ML;

namespace BioLearn.Cli.Learning.Data;

/// <summary>What is to be predicted.</summary>
internal enum LearningTask
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>True or false.</summary>
    Binary,

    /// <summary>A number.</summary>
    Regression,
}

/// <summary>What a task is called and measured by.</summary>
internal static class LearningTasks
{
    /// <summary>The task of the rule table.</summary>
    public static RuleTasks InTable(this LearningTask task) => task switch
    {
        LearningTask.Binary => RuleTasks.Binary,
        LearningTask.Regression => RuleTasks.Regression,
        _ => RuleTasks.Multiclass,
    };
}

/// <summary>The figure that a task is measured by.</summary>
/// <param name="Name">What tables and pictures call it.</param>
/// <param name="Column">What CSV files call it.</param>
/// <param name="IsShare">Whether it is a share, shown in per cent.</param>
internal sealed record ScoreKind(string Name, string Column, bool IsShare)
{
    public static ScoreKind Accuracy { get; } = new("accuracy", "accuracy", true);

    public static ScoreKind RSquared { get; } = new("R²", "r_squared", false);

    public static ScoreKind Of(LearningTask task) => task == LearningTask.Regression ? RSquared : Accuracy;

    /// <summary>A value of it, such as 91.20 % or 0.8731.</summary>
    public string Text(double value) => IsShare ? FormattableString.Invariant($"{100 * value:0.00} %") : FormattableString.Invariant($"{value:0.0000}");

    /// <summary>A value in the unit of tables: per cent, or as it is.</summary>
    public double Scaled(double value) => IsShare ? 100 * value : value;
}
