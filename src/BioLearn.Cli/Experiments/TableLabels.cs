using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Experiments;

/// <summary>Labels of tables that trials learn from: trials tell classes, and a label that is a measured number would be hundreds of them.</summary>
internal static class TableLabels
{
    /// <summary>Refuses a table of which <c>biolearn train</c> would predict a number.</summary>
    /// <exception cref="InvalidDataException">It is one; the message has file and column.</exception>
    public static void RequireClasses(string path)
    {
        var table = CsvTable.Open(path, CsvHeader.Automatic);
        int label = table.LabelColumn(null);
        CsvRecord[] records = LabelColumn.Labelled(table, label, [.. table.Rows()], []);
        if (LabelColumn.TaskOf(label, records, null) != LearningTask.Regression)
            return;
        int values = records.Select(record => record.Fields[label]).Distinct(StringComparer.Ordinal).Count();
        throw new InvalidDataException($"{path}, column '{table.Names[label]}': {values} different numbers: a number to predict, as biolearn train does; trials of a grid file tell classes, expected at most {LabelColumn.MostNumberedClasses} numbers, or words");
    }
}
